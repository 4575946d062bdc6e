"""Each fault that netem does really happens in a kernel that has it, and is undone.

Run by ``boot.py`` in the kernel that it has booted, and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import namespaces
import pytest

from lab import Corrupt, Delay, Duplicate, Loss, Partition, Rate, Reorder, Udp
from lab.errors import FaultUnavailable
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.runner.faults import Faults
from lab.wire.address import Family

FAMILIES = pytest.mark.parametrize("family", list(Family), ids=lambda family: family.value)
ECHOES = "/work/tests/netem/echoes.py"
SENT = 60
ALL = list(range(1, SENT + 1))
SEVERAL = range(SENT // 2 - 24, SENT // 2 + 25)
"""Of half of those sent: six standard deviations to both sides."""

TOWARDS = {"on": "far", "towards": "remote"}


@pytest.fixture(scope="session")
def network() -> Iterator[RunningLab]:
    namespaces.build()
    there = namespaces.Namespaces()
    yield there
    there.close()


@pytest.fixture(scope="session")
def hosts(network: RunningLab) -> dict[str, Host]:
    return network.open(namespaces.WHERE)


@pytest.fixture(scope="session")
def before(hosts: dict[str, Host]) -> list[str]:
    return as_it_is(hosts["router"])


@pytest.fixture
def faults(network: RunningLab, hosts: dict[str, Host], before: list[str]) -> Iterator[Faults]:
    # The neighbours are known before: what waits for an answer about one may be overtaken.
    for family in Family:
        assert pings(hosts, family, count=1)[0] == [1]
    yield Faults(network)
    assert as_it_is(hosts["router"]) == before


def as_it_is(host: Host) -> list[str]:
    """Return all that a fault may change of a host, as text."""
    looks = "tc qdisc; iptables-save; ip6tables-save; ip addr; ip route; ip -6 route"
    said = host.command("sh", "-c", looks, within=30)[1].splitlines()
    # A table without rules may be there or not.
    rules = [line for line in said if not line.startswith((":", "#", "*", "COMMIT"))]
    return [*rules, *host.channel.ask("guards")]


def pings(
    hosts: dict[str, Host],
    family: Family,
    count: int = SENT,
    size: int = 56,
    to: str = "remote",
    expected: int | None = None,
) -> tuple[list[int], list[float]]:
    """Return the numbers and the times (ms) of the answers to pings, in their order.

    ``size`` is what follows the ICMP header, in bytes. Waits for no more answers than are
    ``expected``, by default one for each ping.
    """
    target = hosts[to].addresses[family]
    words = [target, str(count), "0.002", str(size), str(count if expected is None else expected)]
    status, said, failed = hosts["client"].command("python3", ECHOES, *words, within=60)
    assert status == 0, failed
    found = [line.split() for line in said.splitlines()]
    return [int(number) for number, _ in found], [float(time) for _, time in found]


def test_this_kernel_can_do_all(faults: Faults) -> None:
    assert faults.mechanisms("router") == {"netem": "", "relay": "", "forwarder": ""}


@FAMILIES
def test_half_of_the_packets_are_lost_and_counted(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Loss(share=0.5, of="icmp"), **TOWARDS) as placed:
        came = pings(hosts, family)[0]
    assert placed.by == "netem"
    assert len(came) in SEVERAL
    assert (placed.matched, placed.met) == (SENT, SENT - len(came))
    assert pings(hosts, family)[0] == ALL


@FAMILIES
def test_a_delay_is_what_the_ping_measures(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Delay(seconds=0.05), **TOWARDS) as placed:
        numbers, times = pings(hosts, family)
    assert placed.by == "netem"
    assert numbers == ALL
    assert min(times) >= 50
    assert (placed.matched, placed.met) == (SENT, SENT)


@FAMILIES
def test_jitter_spreads_packets_and_keeps_their_order(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Delay(seconds=0.05, jitter=0.04), **TOWARDS) as placed:
        numbers, times = pings(hosts, family)
    assert placed.by == "netem"
    assert numbers == ALL
    assert min(times) >= 10
    assert max(times) - min(times) > 2


@FAMILIES
def test_half_of_the_packets_come_twice(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Duplicate(share=0.5, of="icmp"), **TOWARDS) as placed:
        came = pings(hosts, family, expected=2 * SENT)[0]
    assert placed.by == "netem"
    assert sorted(set(came)) == ALL
    assert len(came) - SENT in SEVERAL
    assert (placed.matched, placed.met) == (SENT, None)


@FAMILIES
def test_packets_are_overtaken(hosts: dict[str, Host], faults: Faults, family: Family) -> None:
    with faults.fault(Reorder(share=0.5, seconds=0.05), **TOWARDS) as placed:
        numbers, times = pings(hosts, family)
    assert placed.by == "netem"
    assert sorted(numbers) == ALL != numbers
    assert sum(time >= 50 for time in times) in SEVERAL


@FAMILIES
def test_corrupt_packets_are_thrown_away_where_netem_is_asked_for_by_name(
    network: RunningLab, hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    by_netem = Faults(network, by="netem")
    with by_netem.fault(Corrupt(of="icmp"), **TOWARDS) as placed:
        came = pings(hosts, family, size=1000)[0]
    assert placed.by == "netem"
    # In IPv6 nothing checks the header: a bit there may do no harm.
    assert len(came) <= SENT // 4
    with faults.fault(Corrupt(of="icmp"), **TOWARDS) as placed:
        assert pings(hosts, family, size=1000)[0] == []
    assert placed.by == "relay"


@FAMILIES
def test_a_slow_link_takes_as_long_as_the_bits_need(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Rate(bits_per_second=100_000), **TOWARDS) as placed:
        numbers, times = pings(hosts, family, size=1000, count=6)
    assert placed.by == "netem"
    assert numbers == [1, 2, 3, 4, 5, 6]
    # How long each waits for those before it depends on when ping gets round to sending it.
    assert min(times) >= (14 + 20 + 8 + 1000) * 8 / 100


@FAMILIES
def test_what_finds_the_queue_of_a_slow_link_full_is_lost(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    # 20 pings leave within 40 ms, and the link needs 84 ms for each.
    with faults.fault(Rate(bits_per_second=100_000, queue=3500), **TOWARDS) as placed:
        numbers, _ = pings(hosts, family, size=1000, count=20)
    assert placed.by == "netem"
    assert numbers[:3] == [1, 2, 3]
    assert len(numbers) < 20


@FAMILIES
def test_a_partition_lets_nothing_through_in_the_direction_named(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Partition(), on="far", towards="client") as placed:
        assert pings(hosts, family)[0] == []
        # What the router itself has to say is no packet on its way through.
        assert pings(hosts, family, to="router")[0] == ALL
    assert placed.by == "netem"
    assert placed.met == placed.matched == SENT


@FAMILIES
def test_a_fault_in_both_directions_meets_packets_and_answers(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Delay(seconds=0.03, of="icmp"), on="far") as placed:
        numbers, times = pings(hosts, family)
    assert placed.by == "netem"
    assert numbers == ALL
    assert min(times) >= 60
    assert placed.matched == 2 * SENT


@FAMILIES
def test_only_the_packets_that_a_fault_is_about_meet_it(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Loss(of=Udp(7000)), **TOWARDS) as placed:
        assert pings(hosts, family)[0] == ALL
        target = hosts["remote"].addresses[family]
        for port in ("7000", "7001"):
            send = f"import socket; s = socket.socket(socket.AF_INET{'6' * (':' in target)}, 2); "
            send += f"s.sendto(b'x', ({target!r}, {port}))"
            assert hosts["client"].command("python3", "-c", send)[0] == 0
    assert placed.by == "netem"
    assert (placed.matched, placed.met) == (1, 1)


@FAMILIES
def test_one_netem_does_several_faults_about_the_same_packets(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with (
        faults.fault(Loss(share=0.5, of="icmp"), **TOWARDS) as loss,
        faults.fault(Delay(seconds=0.03, of="icmp"), **TOWARDS) as delay,
        faults.fault(Rate(bits_per_second=10_000_000, of="icmp"), **TOWARDS) as rate,
    ):
        numbers, times = pings(hosts, family)
    assert {loss.by, delay.by, rate.by} == {"netem"}
    assert len(numbers) in SEVERAL
    assert min(times) >= 30
    assert (loss.matched, loss.met) == (SENT, SENT - len(numbers))


@FAMILIES
def test_what_is_left_of_several_faults_goes_on_when_one_ends(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Delay(seconds=0.03), **TOWARDS):
        with faults.fault(Rate(bits_per_second=100_000), **TOWARDS):
            assert min(pings(hosts, family, size=1000, count=2)[1]) >= 30 + 83
        with faults.fault(Loss(), **TOWARDS):
            assert pings(hosts, family, count=5)[0] == []
        numbers, times = pings(hosts, family)
        assert numbers == ALL
        assert 30 <= min(times) < 80


@FAMILIES
def test_netem_and_the_relay_meet_the_same_packets(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with (
        faults.fault(Delay(seconds=0.03, of="icmp"), **TOWARDS) as delay,
        faults.fault(Loss(nth=2, of="icmp"), **TOWARDS) as loss,
        faults.fault(Duplicate(nth=4, of="icmp"), **TOWARDS) as twice,
    ):
        numbers, times = pings(hosts, family, count=6)
    assert (delay.by, loss.by, twice.by) == ("netem", "relay", "relay")
    assert numbers == [1, 3, 4, 4, 5, 6]
    assert min(times) >= 30


@FAMILIES
def test_netem_and_the_forwarder_meet_the_same_packets(
    network: RunningLab, hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    by_forwarder = Faults(network, by="forwarder")
    with (
        faults.fault(Delay(seconds=0.03, of="icmp"), **TOWARDS) as delay,
        by_forwarder.fault(Loss(nth=2, of="icmp"), **TOWARDS) as loss,
        by_forwarder.fault(Duplicate(nth=4, of="icmp"), **TOWARDS),
    ):
        numbers, times = pings(hosts, family, count=6)
    assert (delay.by, loss.by) == ("netem", "forwarder")
    assert numbers == [1, 3, 4, 4, 5, 6]
    assert min(times) >= 30


def test_the_forwarder_does_not_hide_from_netem_what_it_is_about(
    network: RunningLab, faults: Faults
) -> None:
    by_forwarder = Faults(network, by="forwarder").fault(Loss(nth=2), **TOWARDS)
    with (
        faults.fault(Delay(seconds=0.03), on="far", towards="client") as delay,
        pytest.raises(FaultUnavailable, match="by the card that they came by"),
        by_forwarder,
    ):
        pass
    assert delay.by == "netem"


@pytest.fixture
def without_policer(hosts: dict[str, Host]) -> Iterator[RunningLab]:
    """Take the policer from this kernel, and give hosts that have not measured it yet."""
    file = "$(modinfo -n act_police)"
    gone = f"file={file}; rmmod act_police 2>/dev/null; mv $file /tmp/policer; echo $file"
    status, name, said = hosts["client"].command("sh", "-c", gone)
    assert status == 0, said
    fresh = namespaces.Namespaces()
    yield fresh
    fresh.close()
    assert hosts["client"].command("mv", "/tmp/policer", name.strip())[0] == 0


@FAMILIES
def test_without_a_policer_a_rate_is_the_relay_s(
    without_policer: RunningLab, hosts: dict[str, Host], family: Family
) -> None:
    with Faults(without_policer).fault(Rate(bits_per_second=100_000), **TOWARDS) as placed:
        times = pings(hosts, family, size=1000, count=2)[1]
    assert placed.by == "relay"
    assert min(times) >= (14 + 20 + 8 + 1000) * 8 / 100
    with Faults(without_policer).fault(Delay(seconds=0.05), **TOWARDS) as placed:
        assert min(pings(hosts, family, count=2)[1]) >= 50
    assert placed.by == "netem"


@FAMILIES
def test_what_netem_cannot_do_is_the_relay_s(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    def lossy() -> list[int]:
        with faults.fault(Loss(share=0.5, seed=3, of="icmp"), **TOWARDS) as placed:
            assert placed.by == "relay"
            return pings(hosts, family, count=6)[0]

    assert lossy() == lossy()
    with (
        faults.fault(Delay(seconds=0.02, of="icmp"), **TOWARDS) as icmp,
        faults.fault(Delay(seconds=0.02), **TOWARDS) as everything,
    ):
        assert min(pings(hosts, family)[1]) >= 40
    assert (icmp.by, everything.by) == ("netem", "relay")


def test_what_netem_cannot_do_is_refused_where_it_is_asked_for_by_name(
    network: RunningLab, faults: Faults
) -> None:
    by_netem = Faults(network, by="netem")
    for fault, why in (
        (Loss(nth=3), "does not count packets"),
        (Loss(share=0.5, seed=1), "whatever the seed"),
        (Loss(having="data"), "segments with data"),
    ):
        with (
            pytest.raises(FaultUnavailable, match=why),
            by_netem.fault(fault, **TOWARDS),
        ):
            pass


@FAMILIES
def test_the_relay_can_be_asked_for_by_name(
    network: RunningLab, hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with Faults(network, by="relay").fault(Delay(seconds=0.05), **TOWARDS) as placed:
        assert min(pings(hosts, family, count=6)[1]) >= 50
    assert placed.by == "relay"


@FAMILIES
def test_a_packet_that_waits_when_its_fault_ends_is_not_lost(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    target = hosts["remote"].addresses[family]
    waits = "until tc -s qdisc show dev far0 | grep -Eq 'backlog.* [1-9][0-9]*p'; do :; done"
    with faults.fault(Delay(seconds=0.7, of="icmp"), **TOWARDS) as placed:
        pings = f"python3 {ECHOES} {target} 9 0.3 56 9"
        hosts["client"].command("sh", "-c", f"({pings}; echo ended) >/tmp/said 2>&1 &")
        assert hosts["router"].command("sh", "-c", waits, within=30)[0] == 0
    waits = "until grep -q ended /tmp/said; do sleep 0.1; done; cut -d ' ' -f 1 /tmp/said"
    said = hosts["client"].command("timeout", "20", "sh", "-c", waits, within=30)[1]
    assert sorted(said.split()) == [*"123456789", "ended"]
    assert placed.matched


def test_status_names_what_does_a_fault(faults: Faults) -> None:
    with faults.fault(Loss(share=0.5), **TOWARDS), faults.fault(Loss(nth=1), **TOWARDS):
        said = " ".join(what for _, what in faults.in_force())
    assert "loss of 50% of the packets on far towards remote, by netem" in said
    assert "loss of the 1st of the packets on far towards remote, by the relay" in said


@pytest.mark.parametrize(
    ("measured", "seen"),
    [
        ("narrow('far0', 1400)", "was to carry 1400 bytes, and carries 1500, and 1401 went"),
        ("down('far0')", "a frame went out"),
        ("refused(guards.Guards(), 'tcp', 80, False)", "tcp went through"),
        ("refused(guards.Guards(), 'icmp', None, True)", "icmp went through"),
    ],
)
def test_a_fault_that_does_not_happen_is_noticed(
    hosts: dict[str, Host], before: list[str], measured: str, seen: str
) -> None:
    imports = "from lab.hosts.agent import guards; from lab.hosts.agent.faults import probe"
    program = f"{imports}; probe.{measured}"
    status, _, said = hosts["router"].command("python3", "-c", program, within=30)
    assert status == 1
    assert seen in said
    assert as_it_is(hosts["router"]) == before


def test_what_a_killed_agent_left_behind_is_undone_by_the_next(
    network: RunningLab, hosts: dict[str, Host], before: list[str]
) -> None:
    with Faults(network).fault(Loss(share=0.5), **TOWARDS):
        agent = hosts["router"].command("ls", "/run/socketlab/guards")[1].partition("-")[0]
        assert hosts["client"].command("kill", "-9", agent)[0] == 0
        give_up = time.monotonic() + 20
        while "router" not in network.lost:
            assert time.monotonic() < give_up, "the agent of router was killed, and goes on"
            time.sleep(0.01)
        left = hosts["client"].command("ip", "netns", "exec", "router", "tc", "qdisc")[1]
        assert "netem" in left
    again = network.open(["router"])["router"]
    assert as_it_is(again) == before
