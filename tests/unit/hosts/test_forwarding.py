"""What the forwarder takes for a packet to be forwarded, and what does an impairment where."""

from __future__ import annotations

from typing import Any, cast

import frames
import pytest

from lab import Corrupt, Delay, Loss, Rate
from lab.hosts.agent import guards
from lab.hosts.agent.faults import forwarder, forwarding, mechanisms
from lab.scenario.fault import Impairment

V4, V6 = ("10.77.0.10", "10.77.2.30"), ("fd00:10:77::10", "fd00:10:77:2::30")


def udp(ends: tuple[str, str]) -> bytes:
    return frames.ip(frames.udp(b"hello", ports=(40000, 7000), between=ends), 17, ends)


@pytest.mark.parametrize(("ends", "kind", "length"), [(V4, 0x0800, 33), (V6, 0x86DD, 53)])
def test_a_header_is_read_and_what_fills_the_frame_is_not_of_the_packet(
    ends: tuple[str, str], kind: int, length: int
) -> None:
    seen = forwarding.header(udp(ends) + bytes(13))
    assert seen is not None
    assert (seen.kind, seen.length, seen.lives) == (kind, length, 64)
    assert (seen.source, seen.destination) != (seen.destination, seen.source)


def test_only_ipv4_without_its_flag_may_be_split_on_the_way() -> None:
    may, must_not = bytearray(udp(V4)), bytearray(udp(V4))
    may[6], must_not[6] = 0, 0x40
    split = [forwarding.header(bytes(each)) for each in (may, must_not, udp(V6))]
    assert [each and each.may_be_split for each in split] == [True, False, False]


@pytest.mark.parametrize(
    "packet",
    [b"", b"\x45", b"\x60", udp(V4)[:-1], udp(V6)[:-1], b"\x55" + udp(V4)[1:], b"\x45" + bytes(40)],
    ids=["nothing", "a byte", "a byte of six", "cut", "cut, of six", "version 5", "no length"],
)
def test_what_is_no_whole_packet_is_not_forwarded(packet: bytes) -> None:
    assert forwarding.header(packet) is None


def test_what_lays_a_cable_is_taken_back_and_no_two_cables_meet() -> None:
    faults, trials = forwarding.CABLES
    assert not {*faults} & {*trials}
    do, undo = forwarding.laying(faults)
    added = [command[3:] for command in do if command[:3] == ["ip", "rule", "add"]]
    assert [command[3:] for command in undo[:-1]] == added
    assert undo[-1] == ["ip", "link", "del", faults.near]
    assert len({command[1] for command in added} | {str(trials.table)}) == 3


class Refusing(guards.Guards):
    """Refuses the commands that begin with one of some words, and makes none."""

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self.refused = refused
        self.made: list[str] = []

    def add(self, what: str, *changes: guards.Change, end: object = None) -> int:
        commands = [command[0] for do, _ in changes for command in do]
        if set(commands) & {*self.refused}:
            raise OSError(f"{commands[0]}: not in this kernel")
        self.made += commands
        return len(self.made)


def test_an_old_kernel_is_asked_with_the_old_words() -> None:
    own = Refusing("iptables")
    forwarder._stopped(own, "a trial", ["eth0", "eth1"])
    assert own.made == ["iptables-legacy"] * 2 + ["ip6tables-legacy"] * 2


def test_where_neither_works_it_is_the_usual_one_that_is_told() -> None:
    with pytest.raises(OSError, match="iptables: not in"):
        forwarder._stopped(Refusing("iptables", "iptables-legacy"), "a trial", ["eth0"])


class Here(mechanisms.Mechanisms):
    """A host whose kernel lacks some mechanisms, or one kind of impairment of them."""

    def __init__(self, *lacking: str) -> None:
        super().__init__(guards.Guards())
        self.lacking = lacking

    def _missing(self, by: str, kind: str) -> str:
        return f"no {by} here" if {by, f"{by}: {kind}"} & {*self.lacking} else ""

    def choice(self, fault: Impairment, side: str = "leaves") -> str:
        return self._chosen({**fault.description, "card": "02:00:00:00:00:01", "side": side})


@pytest.fixture(autouse=True)
def no_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mechanisms, "_translates", lambda: False)


def test_each_mechanism_is_chosen_where_those_before_it_cannot() -> None:
    delay = Delay(seconds=0.1)
    assert Here().choice(delay) == "netem"
    assert Here("netem").choice(delay) == Here().choice(Loss(nth=3)) == "relay"
    assert Here().choice(Corrupt(share=0.5)) == "relay"
    assert Here("netem", "relay").choice(delay) == "forwarder"
    assert Here("relay").choice(Loss(nth=3)) == "forwarder"


def test_without_a_policer_a_rate_is_not_netem_s() -> None:
    rate = Rate(bits_per_second=64_000)
    assert Here("netem: rate").choice(rate) == "relay"
    assert Here("netem: rate", "relay").choice(rate) == "forwarder"
    assert Here("netem: rate", "relay").choice(Delay(seconds=0.1)) == "netem"


def test_what_cannot_be_had_at_all_is_refused_by_all_their_names() -> None:
    with pytest.raises(OSError, match="relay: no relay here; forwarder: no forwarder here"):
        Here("netem", "relay", "forwarder").choice(Delay(seconds=0.1))


def test_a_router_that_translates_has_no_forwarder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mechanisms, "_translates", lambda: True)
    with pytest.raises(OSError, match="translates addresses"):
        Here("netem", "relay").choice(Delay(seconds=0.1))


def test_netem_is_not_asked_by_which_card_a_packet_came_behind_a_forwarder() -> None:
    here = Here("relay")
    here._relay, here._relay_by = cast(Any, object()), "forwarder"
    assert here.choice(Delay(seconds=0.1), "leaves") == "netem"
    assert here.choice(Delay(seconds=0.1), "entered") == "forwarder"
