"""Each fault really happens on this kernel, is seen where it should be, and is undone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lab_clone import ROOT, Clone, interrupt
from waiting import PATIENCE, wait_for

from lab import (
    Corrupt,
    Delay,
    Duplicate,
    Firewall,
    LinkDown,
    Loss,
    Mtu,
    Partition,
    Paused,
    PowerCut,
    Rate,
    Reorder,
    Tcp,
)
from lab.errors import FaultUnavailable
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.runner.faults import Faults, Placed
from lab.wire.address import Family

WAY = ("client", "router", "router2", "remote")
ECHOES = (ROOT / "tests" / "netem" / "echoes.py").read_text(encoding="utf-8")
FAMILIES = pytest.mark.parametrize("family", list(Family), ids=lambda family: family.value)


@pytest.fixture(scope="module")
def hosts(network: RunningLab) -> dict[str, Host]:
    network.ensure(WAY)
    return network.open(WAY)


@pytest.fixture
def faults(network: RunningLab, hosts: dict[str, Host]) -> Iterator[Faults]:
    yield Faults(network)
    for host in hosts.values():
        assert host.channel.ask("guards") == []


@pytest.fixture(params=[None, "forwarder"], ids=["chosen", "forwarder"])
def impairing(network: RunningLab, faults: Faults, request: pytest.FixtureRequest) -> Faults:
    """Set faults by what the lab chooses, and once more by the forwarder, which it seldom does."""
    return Faults(network, request.param)


def pings(
    hosts: dict[str, Host], family: Family, *, size: int = 56, expected: int = 6
) -> tuple[list[int], list[float]]:
    """Return the numbers and the times (ms) of the answers to six pings, in their order.

    ``size`` is what follows the ICMP header, in bytes. It is over when as many have come as are
    ``expected``, or when none has come for long: ping(8) waits for the last one twice as long as
    the slowest took, and what does a fault may itself wait for a processor.
    """
    words = (hosts["remote"].addresses[family], "6", "0.1", str(size), str(expected))
    status, said, failed = hosts["client"].command("python3", "-c", ECHOES, *words, within=PATIENCE)
    assert status == 0, failed
    found = [line.split() for line in said.splitlines()]
    return [int(number) for number, _ in found], [float(time) for _, time in found]


@FAMILIES
def test_a_fault_tells_when_it_has_met_a_packet(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    with faults.fault(Partition(), on="middle") as placed:
        assert not placed.has_met()
        target = hosts["remote"].addresses[family]
        assert hosts["client"].command("ping", "-c1", "-W1", target)[0] == 1
        wait_for("the partition to meet the ping", placed.has_met)
    assert placed.met
    assert not Placed("left out").has_met()


@FAMILIES
def test_exactly_the_packets_named_are_lost(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    with impairing.fault(Loss(nth=(2, 5), of="icmp"), on="middle", towards="remote") as placed:
        assert pings(hosts, family, expected=4)[0] == [1, 3, 4, 6]
    assert (placed.matched, placed.met) == (6, 2)
    assert pings(hosts, family)[0] == [1, 2, 3, 4, 5, 6]


def test_what_does_a_fault_is_what_this_kernel_can_do(
    network: RunningLab, hosts: dict[str, Host], faults: Faults
) -> None:
    tried = faults.mechanisms("router")
    assert tried["relay"] == tried["forwarder"] == ""
    with faults.fault(Delay(seconds=0.001), on="middle", towards="remote") as placed:
        assert placed.by == ("relay" if tried["netem"] else "netem")
    with faults.fault(Loss(nth=3), on="middle", towards="remote") as placed:
        assert placed.by == "relay"
    with (
        pytest.raises(FaultUnavailable, match="netem"),
        Faults(network, by="netem").fault(Loss(nth=3), on="middle", towards="remote"),
    ):
        pass


@FAMILIES
def test_random_loss_is_the_same_for_the_same_seed(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    def lossy(seed: int) -> list[int]:
        with impairing.fault(Loss(share=0.5, seed=seed, of="icmp"), on="middle", towards="remote"):
            return pings(hosts, family)[0]

    assert lossy(3) == lossy(3) != [1, 2, 3, 4, 5, 6]


@FAMILIES
def test_a_delay_is_what_the_ping_measures(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    with impairing.fault(Delay(seconds=0.05), on="far", towards="client"):
        numbers, times = pings(hosts, family)
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert min(times) >= 50


@FAMILIES
def test_packets_come_twice(hosts: dict[str, Host], impairing: Faults, family: Family) -> None:
    with impairing.fault(Duplicate(nth=3, of="icmp"), on="middle", towards="remote"):
        assert pings(hosts, family, expected=7)[0] == [1, 2, 3, 3, 4, 5, 6]


@FAMILIES
def test_a_packet_is_overtaken(hosts: dict[str, Host], impairing: Faults, family: Family) -> None:
    with impairing.fault(Reorder(nth=2, seconds=0.35, of="icmp"), on="middle", towards="remote"):
        numbers = pings(hosts, family)[0]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert numbers.index(2) > numbers.index(3)


@FAMILIES
def test_a_corrupt_packet_is_thrown_away_by_its_receiver(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    with impairing.fault(Corrupt(nth=4, of="icmp"), on="middle", towards="remote"):
        assert pings(hosts, family, expected=5)[0] == [1, 2, 3, 5, 6]


@FAMILIES
def test_a_slow_link_takes_as_long_as_the_bits_need(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    with impairing.fault(Rate(bits_per_second=100_000), on="middle", towards="remote"):
        _, times = pings(hosts, family, size=1000)
    assert min(times) >= 1000 * 8 / 100


@FAMILIES
def test_a_partition_lets_nothing_through_in_the_direction_named(
    hosts: dict[str, Host], impairing: Faults, family: Family
) -> None:
    with impairing.fault(Partition(), on="middle", towards="client") as placed:
        assert pings(hosts, family)[0] == []
    assert placed.met == placed.matched == 6


@FAMILIES
def test_two_faults_add_up(hosts: dict[str, Host], impairing: Faults, family: Family) -> None:
    with (
        impairing.fault(Loss(nth=1, of="icmp"), on="middle", towards="remote"),
        impairing.fault(Delay(seconds=0.03), on="middle", towards="remote"),
    ):
        numbers, times = pings(hosts, family, expected=5)
    assert numbers == [2, 3, 4, 5, 6]
    assert min(times) >= 30


@FAMILIES
def test_a_narrow_link_refuses_what_is_too_large(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    target = hosts["remote"].addresses[family]
    large = ("ping", "-c1", "-W8", "-Mdo", "-s1400", target)
    assert hosts["client"].command(*large)[0] == 0
    with faults.fault(Mtu(1300), on="far"):
        status, said, more = hosts["client"].command(*large)
        assert status == 1
        assert "1300" in said + more
    assert hosts["client"].command(*large)[0] == 0


@FAMILIES
def test_a_firewall_on_the_way_drops_or_rejects(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    target = hosts["remote"].addresses[family]
    with faults.fault(Firewall("icmp", polite=True), at="router"):
        said = hosts["client"].command("ping", "-c1", "-W8", target)[1]
        assert "nreachable" in said
    with faults.fault(Firewall("icmp"), at="router"):
        said = hosts["client"].command("ping", "-c1", "-W1", target)[1]
        assert "nreachable" not in said
        assert "100% packet loss" in said


def test_a_firewall_where_nothing_passes_is_refused(hosts: dict[str, Host], faults: Faults) -> None:
    with (
        pytest.raises(FaultUnavailable, match="nothing went through"),
        faults.fault(Firewall("udp"), at="client"),
    ):
        pass
    assert "UDP" not in hosts["client"].command("iptables", "-S")[1].upper()


@FAMILIES
def test_a_link_that_is_down_comes_back_as_it_was(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    before = hosts["router2"].command("ip", "-6", "route")[1]
    # A routing daemon sets its own routes, and so nobody else brings them back.
    gate = hosts["remote"].link("far").addresses[Family.IPV6]
    of_daemon = ("fd99::/64", "via", gate, "proto", "ospf")
    assert hosts["router2"].command("ip", "-6", "route", "add", *of_daemon)[0] == 0
    with faults.fault(LinkDown(), on="far", at="router2"):
        assert pings(hosts, family)[0] == []
    assert sorted(hosts["router2"].command("ip", "-6", "route")[1].split()) == sorted(
        before.split()
    )
    assert pings(hosts, family)[0] == [1, 2, 3, 4, 5, 6]


@FAMILIES
def test_a_host_without_power_forgets_its_connections(
    hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    listener = hosts["remote"].start(["nc", "-lk", "-4" if family is Family.IPV4 else "-6", "9999"])
    hosts["remote"].wait_listening((Tcp(9999),), listener, PATIENCE)
    target = hosts["remote"].addresses[family]
    talker = hosts["client"].start(["nc", target, "9999"], stdin="hello\n", interactive=True)
    assert listener.wait_for_line("hello", PATIENCE)
    with faults.fault(PowerCut(), at="remote"):
        assert pings(hosts, family)[0] == []
        assert listener.has_ended
        assert listener.transcript().exit_status == -signal.SIGKILL
        assert not [each for each in hosts["remote"].sockets() if each.local.port == 9999]
    assert pings(hosts, family)[0] == [1, 2, 3, 4, 5, 6]
    talker.stop()


def test_programs_that_are_paused_stand_still_while_the_kernel_answers(
    hosts: dict[str, Host], faults: Faults
) -> None:
    program = hosts["remote"].start(["cat"], stdin="", interactive=True)
    program.write("ready\n")
    assert program.wait_for_line("ready", PATIENCE)
    with faults.fault(Paused(), at="remote"):
        program.write("anybody?\n")
        assert pings(hosts, Family.IPV4)[0] == [1, 2, 3, 4, 5, 6]
        state = hosts["remote"].command("ps", "-C", "cat", "-o", "state=")[1]
        assert state.split() == ["T"]
        assert program.transcript().stdout == ["ready"]
    assert program.wait_for_line("anybody?", PATIENCE)
    program.stop()


def test_two_sessions_do_not_impair_the_same_packets(network: RunningLab, faults: Faults) -> None:
    other = RunningLab(network.client, network.project)
    try:
        with (
            faults.fault(Loss(nth=1), on="middle", towards="remote"),
            pytest.raises(FaultUnavailable, match="another session"),
            Faults(other).fault(Loss(nth=1), on="middle", towards="remote"),
        ):
            pass
    finally:
        other.close()


@FAMILIES
def test_where_the_forwarder_stands_the_kernel_still_answers_once(
    network: RunningLab, hosts: dict[str, Host], faults: Faults, family: Family
) -> None:
    target = hosts["remote"].addresses[family]
    by_forwarder = Faults(network, by="forwarder").fault(Delay(seconds=0.001), on="middle")

    def pinged(*words: str) -> str:
        return hosts["client"].command("ping", "-c2", "-l2", "-i2", "-W3", *words, target)[1]

    def refusals(*words: str) -> int:
        return len(re.findall(r"From .*icmp_seq=1 ", pinged(*words)))

    with by_forwarder as placed:
        assert refusals("-t1") == 1
        assert " 0% packet loss" in pinged("-s4000")
        with faults.fault(Firewall("icmp", polite=True), at="router"):
            assert refusals() == 1
        with faults.fault(Mtu(1300), on="middle"):
            assert refusals("-Mdo", "-s1400") == 1
            assert family is Family.IPV6 or " 0% packet loss" in pinged("-Mdont", "-s1400")
    assert placed.by == "forwarder"
    assert pings(hosts, family)[0] == [1, 2, 3, 4, 5, 6]


def test_the_forwarder_and_the_relay_do_not_stand_in_one_router(
    network: RunningLab, faults: Faults
) -> None:
    with (
        Faults(network, by="forwarder").fault(Loss(nth=1), on="middle", towards="remote"),
        pytest.raises(FaultUnavailable, match="the forwarder is at work here"),
        Faults(network, by="relay").fault(Loss(nth=1), on="middle", towards="remote"),
    ):
        pass


def echoes(host: Host) -> tuple[int, int]:
    """Return how many echo requests a host has sent, and how many have come to it (IPv4)."""
    words, numbers = (
        line.split()
        for line in host.command("cat", "/proc/net/snmp")[1].splitlines()
        if line.startswith("Icmp: ")
    )
    counted = dict(zip(words, numbers, strict=True))
    return int(counted["OutEchos"]), int(counted["InEchos"])


@pytest.mark.parametrize(
    ("aimed", "came"), [({"away_from": "client"}, 0), ({"at": "client", "towards": "client"}, 3)]
)
def test_what_is_lost_at_a_host_s_own_link_was_sent(
    hosts: dict[str, Host], faults: Faults, aimed: dict[str, str], came: int
) -> None:
    client, remote = hosts["client"], hosts["remote"]
    words = ("ping", "-c3", "-i0.1", "-W1", remote.addresses[Family.IPV4])
    sent_before, came_before = echoes(client)[0], echoes(remote)[1]
    with faults.fault(Loss(), on="lan", **aimed) as placed:
        assert client.command(*words)[0] == 1
        assert placed.has_met()
        assert client.channel.ask("guards") == [f"{placed.sentence}, at its port"]
        with pytest.raises(FaultUnavailable, match="undo the one that is there"):
            faults.fault(Loss(), on="lan", at="client").__enter__()
    assert placed.met is not None
    assert placed.met >= 3
    assert (echoes(client)[0] - sent_before, echoes(remote)[1] - came_before) == (3, came)
    assert client.command("ping", "-c1", "-W8", words[-1])[0] == 0


def test_a_fault_at_a_host_s_own_link_ends_with_a_command_that_is_killed(
    this_lab: Clone, hosts: dict[str, Host]
) -> None:
    client = hosts["client"]
    with this_lab.start("fault", "lan", "--at", "client", "--lose", "all") as process:
        try:
            wait_for("the fault", lambda: "at its port" in " ".join(client.channel.ask("guards")))
            target = hosts["remote"].addresses[Family.IPV4]
            wait_for("a loss", lambda: client.command("ping", "-c1", "-W1", target)[0] == 1)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    wait_for("its end", lambda: client.command("ping", "-c1", "-W5", target)[0] == 0)
    wait_for("its note's end", lambda: not client.channel.ask("guards"))


@contextmanager
def by_hand(
    this_lab: Clone, hosts: dict[str, Host], by: str = "relay"
) -> Iterator[subprocess.Popen[str]]:
    """Set a fault from the command line, in force from here on; its process does not outlive us."""
    with this_lab.start("fault", "middle", "--lose", "1", "--by", by) as process:
        try:
            # The relay is set up first, and the fault is what comes last.
            router = hosts["router"].channel
            wait_for("the fault", lambda: "loss" in " ".join(router.ask("guards")))
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def nothing_left(hosts: dict[str, Host]) -> None:
    wait_for("the fault's end", lambda: not hosts["router"].channel.ask("guards"))
    rules = hosts["router"].command("iptables", "-t", "mangle", "-S")[1]
    assert "NFQUEUE" not in rules
    assert "DROP" not in rules
    assert "relay" not in hosts["router"].command("ip", "-br", "link")[1]
    assert "fwmark" not in hosts["router"].command("ip", "rule")[1]
    assert pings(hosts, Family.IPV4)[0] == [1, 2, 3, 4, 5, 6]


def test_a_fault_by_hand_is_shown_and_ends_with_ctrl_c(
    this_lab: Clone, hosts: dict[str, Host]
) -> None:
    with by_hand(this_lab, hosts) as process:
        shown = this_lab.lab("status")
        said = "router: fault in force: loss of the 1st of the packets on middle, by the relay"
        assert said in shown.stdout
        ended = interrupt(process)
    assert ended.status == 0, ended.text
    nothing_left(hosts)


def test_a_session_that_is_killed_leaves_no_fault_behind(
    this_lab: Clone, hosts: dict[str, Host]
) -> None:
    with by_hand(this_lab, hosts) as process:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    nothing_left(hosts)


@pytest.mark.parametrize(("by", "rule"), [("relay", "NFQUEUE"), ("forwarder", "DROP")])
def test_what_a_killed_agent_left_behind_is_undone_by_the_next_command(
    this_lab: Clone, hosts: dict[str, Host], by: str, rule: str
) -> None:
    with by_hand(this_lab, hosts, by) as process:
        journals = hosts["router"].command("ls", "/run/socketlab/guards")[1]
        agent = journals.partition("-")[0]
        assert hosts["router"].command("kill", "-9", agent)[0] == 0
        assert "cleared by another" in process.communicate(timeout=PATIENCE)[0]
    assert rule in hosts["router"].command("iptables", "-t", "mangle", "-S")[1]
    assert this_lab.lab("status").status == 0
    nothing_left(hosts)
