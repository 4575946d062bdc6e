"""A run across two machines is told by one clock, and nothing arrives before it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import timeline_of
from routed import START_NS, probed

from lab.observation.calls.call import Call
from lab.observation.host import HostObservation
from lab.observation.observation import Observation
from lab.observation.own_call import OwnCall
from lab.observation.transcript import Line
from lab.observation.two_clocks import Reading, agree, crossings, merged, moved
from lab.story.terminal.render import render_text
from lab.wire.address import Address
from lab.wire.sockets.table import Sample

SECOND = ("router2", "remote")
UNREACHABLE = bytes((3, 3, 0, 0, 0, 0))
NOT_LONG = 10_000_000_000
"""Nanoseconds that a run of these tests takes."""


def run() -> Observation:
    """Return a run whose packets go from client to remote and back, past both routers."""
    return probed(6, 6, 6, answer=UNREACHABLE)


def ahead_by(ahead_ns: int, observation: Observation | None = None) -> Observation:
    """Return a run as it was noted where the second machine's clock is so far ahead."""
    observation = observation or run()
    hosts = [
        moved(each, lambda time_ns: time_ns + ahead_ns) if each.name in SECOND else each
        for each in observation.hosts
    ]
    return replace(observation, hosts=tuple(hosts))


def read(ahead_ns: int, *, off_ns: int = 0, uncertainty_ns: int = 1000) -> list[Reading]:
    """Return two readings that are off by ``off_ns``, before and after the run."""
    return [
        Reading(at, ahead_ns + off_ns, uncertainty_ns) for at in (START_NS, START_NS + NOT_LONG)
    ]


def times(observation: Observation) -> list[tuple[str, str, int]]:
    return [
        (host.name, network, packet.time_ns)
        for host in observation.hosts
        for network, capture in host.captures.items()
        for packet in capture.packets
    ]


def _there(observation: Observation) -> list[tuple[str, str, int]]:
    return [each for each in times(observation) if each[0] in SECOND]


def test_packets_of_the_joining_network_are_paired_by_direction() -> None:
    arrived, left = crossings(run(), SECOND, "middle")
    assert [second - first for second, first in arrived] == [10_000] * 3
    assert [second - first for second, first in left] == [-10_000] * 3


def test_a_frame_that_one_end_saw_more_often_is_left_out() -> None:
    def twice(host: HostObservation) -> HostObservation:
        captures = {
            name: replace(each, packets=(each.packets[0], *each.packets))
            for name, each in host.captures.items()
        }
        return replace(host, captures=captures) if host.name == "router2" else host

    whole = run()
    partly = replace(whole, hosts=tuple(map(twice, whole.hosts)))
    assert crossings(partly, SECOND, "middle")[0] == crossings(whole, SECOND, "middle")[0][1:]


@given(ahead=st.integers(-(10**15), 10**15))
def test_where_the_measure_is_right_the_run_is_as_on_one_machine(ahead: int) -> None:
    found = merged(ahead_by(ahead), SECOND, "middle", read(ahead))
    assert times(found) == times(run())
    assert found.remarks == ()


@given(ahead=st.integers(-(10**12), 10**12), off=st.integers(-(10**9), 10**9))
def test_a_measure_that_is_off_is_corrected_by_causality_and_the_story_is_the_same(
    ahead: int, off: int
) -> None:
    told = merged(ahead_by(ahead), SECOND, "middle", read(ahead, off_ns=off, uncertainty_ns=10**9))
    arrows = [each.label.fit(60) for each in timeline_of(told).arrows]
    assert arrows == [each.label.fit(60) for each in timeline_of(run()).arrows]
    by = {
        now - before for (_, _, now), (*_, before) in zip(_there(told), _there(run()), strict=True)
    }
    assert len(by) == 1  # the clocks run evenly: so all that the second noted is moved alike
    for second, first in crossings(told, SECOND, "middle")[0]:
        assert first < second
    for second, first in crossings(told, SECOND, "middle")[1]:
        assert second < first


def test_the_story_says_how_much_times_may_be_off() -> None:
    silent = replace(run(), hosts=tuple(_without_packets(each) for each in run().hosts))
    found = merged(silent, SECOND, "middle", read(5, uncertainty_ns=80_000))
    (said,) = found.remarks
    assert said == (
        "clocks of two machines: times of router2 and remote may be off by ±0.08 ms against the"
        " others"
    )
    assert "· clocks of two machines: " in render_text(timeline_of(found), width=120, color=False)


def test_causality_makes_the_measure_surer() -> None:
    found = merged(run(), SECOND, "middle", read(0, uncertainty_ns=80_000))
    assert found.remarks == (
        "clocks of two machines: times of router2 and remote may be off by ±0.01 ms against the"
        " others",
    )


def _without_packets(host: HostObservation) -> HostObservation:
    empty = {name: replace(each, packets=()) for name, each in host.captures.items()}
    return replace(host, captures=empty, capture=next(iter(empty.values())))


def test_all_that_has_a_time_is_moved() -> None:
    host = run().host("remote")
    line = Line(100, "stdout", "two", halts=((90, 1),))
    call = Call("recv", (), None, None, 101, 102, 1, 1, over_ns=103)
    ran = replace(
        host.transcripts[0], lines=(line,), typed=(line,), made=(call,), started_ns=99, ended_ns=104
    )
    here = Address("127.0.0.1", 1)
    before = replace(
        host,
        transcripts=(replace(ran, input_ended_ns=105),),
        samples=(Sample(106),),
        own_calls=(OwnCall(107, "tcp", here, here),),
    )
    after = moved(before, lambda time_ns: time_ns + 1000)
    transcript = after.transcripts[0]
    assert (transcript.started_ns, transcript.ended_ns) == (1099, 1104)
    assert transcript.input_ended_ns == 1105
    assert (
        transcript.lines == transcript.typed == (replace(line, time_ns=1100, halts=((1090, 1),)),)
    )
    assert transcript.made == (replace(call, began_ns=1101, ended_ns=1102, over_ns=1103),)
    assert [each.time_ns for each in after.samples] == [1106]
    assert [each.time_ns for each in after.own_calls] == [1107]
    assert after.capture is after.captures["far"]
    assert moved(after, lambda time_ns: time_ns - 1000) == before


def test_what_is_not_known_is_not_moved() -> None:
    host = run().host("remote")
    unknown = replace(host.transcripts[0], started_ns=0, ended_ns=0)
    after = moved(replace(host, transcripts=(unknown,)), lambda time_ns: time_ns + 1000)
    assert after.transcripts == (unknown,)


@dataclass(frozen=True)
class Sent:
    """A packet from one machine to the other, in nanoseconds of no machine's clock."""

    at: int
    took: int
    arrives: bool


SENT = st.builds(Sent, st.integers(0, 10**9), st.integers(2, 10**6), st.booleans())


@given(
    packets=st.lists(SENT, max_size=40),
    others=st.lists(st.integers(0, 10**9), max_size=20),
    ahead=st.integers(-(10**12), 10**12),
    drift=st.integers(-200, 200),
    off=st.tuples(st.integers(-(10**5), 10**5), st.integers(-(10**5), 10**5)),
)
def test_nothing_arrives_before_it_was_sent_whatever_the_clocks_do(
    packets: Sequence[Sent], others: Sequence[int], ahead: int, drift: int, off: tuple[int, int]
) -> None:
    def second(time_ns: int) -> int:
        """Return what the second machine's clock shows, which drifts by millionths."""
        return time_ns + ahead + time_ns * drift // 1_000_000

    arrived = sorted((second(each.at + each.took), each.at) for each in packets if each.arrives)
    left = sorted((second(each.at), each.at + each.took) for each in packets if not each.arrives)
    readings = [
        Reading(second(at), second(at) - at + wrong, 10**5)
        for at, wrong in zip((0, 10**9), off, strict=True)
    ]
    agreed = agree(readings, arrived, left)
    assert all(agreed.move(time_ns) > first for time_ns, first in arrived)
    assert all(agreed.move(time_ns) < first for time_ns, first in left)
    shown = sorted([*(second(each) for each in others), *(each for each, _ in (*arrived, *left))])
    after = [agreed.move(each) for each in shown]
    assert after == sorted(after)


@given(
    packets=st.lists(SENT, min_size=1, max_size=40),
    others=st.lists(st.integers(0, 10**9), max_size=20),
    off=st.integers(-(10**5), 10**5),
)
def test_clocks_that_run_evenly_are_off_by_no_more_than_is_told(
    packets: Sequence[Sent], others: Sequence[int], off: int
) -> None:
    arrived = sorted((each.at + each.took, each.at) for each in packets if each.arrives)
    left = sorted((each.at, each.at + each.took) for each in packets if not each.arrives)
    agreed = agree([Reading(0, off, 10**5)] * 2, arrived, left)
    for time_ns in (*others, *(each for each, _ in (*arrived, *left))):
        assert abs(agreed.move(time_ns) - time_ns) <= agreed.uncertainty_ns
    assert agreed.uncertainty_ns <= 2 * 10**5


def test_where_nothing_crossed_the_measure_alone_counts() -> None:
    agreed = agree([Reading(0, 500, 70), Reading(100, 600, 80)], [], [])
    assert (agreed.move(0), agreed.move(50), agreed.move(100), agreed.move(200)) == (
        *(-500, -500, -500),
        -400,
    )
    assert agreed.uncertainty_ns == 80


@pytest.mark.parametrize("first", [0, 7])
def test_one_reading_is_enough(first: int) -> None:
    assert agree([Reading(first, 5, 1)], [], []).move(20) == 15
