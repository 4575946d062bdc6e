"""What two machines showed of one run, by the clock of the first: measured, then by causality.

The second machine's clock is read through the lab's channels, and that is off by half a round trip
at most (F. Cristian, "Probabilistic clock synchronization", 1989). What it noted is moved by that.
Then no packet may arrive before it was sent: all is moved as much as that asks for. What clocks
that run at two speeds leave is moved between what came before it and what came after it
(L. Lamport, "Time, Clocks, and the Ordering of Events", 1978).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from lab.observation.host import HostObservation
from lab.observation.observation import Observation
from lab.observation.transcript import Line, Transcript
from lab.wire.pcap import Capture

SHOWN_NS = 5_000
"""Half of what the finest times of a story count. What is less uncertain needs no word."""

Move = Callable[[int], int]
"""Returns the first machine's time for one of the second's, both in epoch nanoseconds."""

Pair = tuple[int, int]
"""When one packet was at the second machine, and when at the first, each by its own clock."""


@dataclass(frozen=True)
class Reading:
    """How far the second clock was ahead of the first, when the second showed ``at_ns``.

    It may be off by ``uncertainty_ns``.
    """

    at_ns: int
    ahead_ns: int
    uncertainty_ns: int


@dataclass(frozen=True)
class Agreed:
    """How times of the second machine are moved, and how much they may be off, in nanoseconds."""

    move: Move
    uncertainty_ns: int


def merged(
    observation: Observation, second: Collection[str], joining: str, readings: Sequence[Reading]
) -> Observation:
    """Return a run by the first machine's clock; the hosts ``second`` are on the second one.

    ``joining`` is the network between both, and ``readings`` were taken before and after the run.
    """
    arrived, left = crossings(observation, second, joining)
    agreed = agree(readings, arrived, left)
    hosts = [
        moved(each, agreed.move) if each.name in second else each for each in observation.hosts
    ]
    remarks = list(observation.remarks)
    if agreed.uncertainty_ns > SHOWN_NS:
        there = [each.name for each in hosts if each.name in second]
        remarks.append(
            f"clocks of two machines: times of {' and '.join(there)} may be off by"
            f" ±{agreed.uncertainty_ns / 1e6:.2f} ms against the others"
        )
    return replace(observation, hosts=tuple(hosts), remarks=tuple(remarks))


def agree(readings: Sequence[Reading], arrived: Sequence[Pair], left: Sequence[Pair]) -> Agreed:
    """Return how times are moved so that nothing that ``arrived`` or ``left`` precedes its cause.

    These packets arrived at the second machine, or left it.
    """
    measured = _between(readings)
    least = max((first + 1 - measured(second) for second, first in arrived), default=None)
    most = min((first - 1 - measured(second) for second, first in left), default=None)
    off = max(each.uncertainty_ns for each in readings)
    by = _nearest(least, most)
    low = -off if least is None else max(-off, least)
    high = off if most is None else min(off, most)
    uncertainty = max(high - by, by - low) if low <= by <= high else off + abs(by)
    floor, ceiling = _rising(arrived), _falling(left)
    return Agreed(
        lambda time_ns: min(max(measured(time_ns) + by, floor(time_ns)), ceiling(time_ns)),
        uncertainty,
    )


def crossings(
    observation: Observation, second: Collection[str], joining: str
) -> tuple[list[Pair], list[Pair]]:
    """Return the packets that arrived at the second machine, and those that left it.

    A frame has the same bytes at both ends of the joining network, and none overtakes another. One
    that was not seen as often at both is left out.
    """
    arrived: list[Pair] = []
    left: list[Pair] = []
    taps = [each for each in observation.hosts if joining in each.captures]
    for far in (each for each in taps if each.name in second):
        there = _times(far.captures[joining])
        own = bytes.fromhex(far.mac_on(joining).replace(":", ""))
        for near in (each for each in taps if each.name not in second):
            here = _times(near.captures[joining])
            for frame in there.keys() & here.keys():
                if len(there[frame]) == len(here[frame]):
                    pairs = left if frame[6:12] == own else arrived
                    pairs += zip(there[frame], here[frame], strict=True)
    return sorted(arrived), sorted(left)


def moved(host: HostObservation, move: Move) -> HostObservation:
    """Return what was seen at a host, at other times."""
    captures = {name: _captured(each, move) for name, each in host.captures.items()}
    first = next((name for name, each in host.captures.items() if each is host.capture), None)
    capture = host.capture and _captured(host.capture, move)
    return replace(
        host,
        transcripts=tuple(_transcript(each, move) for each in host.transcripts),
        captures=captures,
        capture=capture if first is None else captures[first],
        samples=tuple(replace(each, time_ns=move(each.time_ns)) for each in host.samples),
        own_calls=tuple(replace(each, time_ns=move(each.time_ns)) for each in host.own_calls),
    )


def _transcript(transcript: Transcript, move: Move) -> Transcript:
    made = tuple(
        replace(
            call,
            began_ns=move(call.began_ns),
            ended_ns=_perhaps(call.ended_ns, move),
            over_ns=_perhaps(call.over_ns, move),
        )
        for call in transcript.made
    )
    return replace(
        transcript,
        lines=_lines(transcript.lines, move),
        typed=_lines(transcript.typed, move),
        made=made,
        started_ns=_perhaps(transcript.started_ns, move) or 0,
        ended_ns=_perhaps(transcript.ended_ns, move) or 0,
        input_ended_ns=_perhaps(transcript.input_ended_ns, move),
    )


def _lines(lines: Iterable[Line], move: Move) -> tuple[Line, ...]:
    return tuple(
        replace(
            line,
            time_ns=move(line.time_ns),
            halts=tuple((move(time_ns), end) for time_ns, end in line.halts),
        )
        for line in lines
    )


def _captured(capture: Capture, move: Move) -> Capture:
    packets = (each.moved(move(each.time_ns) - each.time_ns) for each in capture.packets)
    return replace(capture, packets=tuple(packets))


def _perhaps(time_ns: int | None, move: Move) -> int | None:
    """Return a time moved; none where it is not known, which 0 says as well."""
    return move(time_ns) if time_ns else time_ns


def _times(capture: Capture) -> dict[bytes, list[int]]:
    found: dict[bytes, list[int]] = defaultdict(list)
    for packet in capture.packets:
        found[packet.data].append(packet.time_ns)
    return found


def _between(readings: Sequence[Reading]) -> Move:
    """Return the measured move: the clocks drift evenly from one reading to the other."""
    first, last = readings[0], readings[-1]
    span = last.at_ns - first.at_ns

    def measured(time_ns: int) -> int:
        gone = min(max(time_ns - first.at_ns, 0), span)
        drift = (last.ahead_ns - first.ahead_ns) * gone // span if span > 0 else 0
        return time_ns - first.ahead_ns - drift

    return measured


def _nearest(least: int | None, most: int | None) -> int:
    """Return the number next to 0 between two bounds; the middle where these contradict."""
    if least is not None and most is not None and least > most:
        return (least + most) // 2
    return max(min(0, 0 if most is None else most), -_FAR if least is None else least)


_FAR = 1 << 62
"""Later and, below zero, earlier than all that a run shows, in nanoseconds."""


def _rising(arrived: Sequence[Pair]) -> Move:
    """Return the time before which nothing was that came behind an arrival."""
    at = [second for second, _ in arrived]
    bounds = [*accumulate((first + 1 for _, first in arrived), max)]

    def floor(time_ns: int) -> int:
        place = bisect_right(at, time_ns)
        return bounds[place - 1] if place else -_FAR

    return floor


def _falling(left: Sequence[Pair]) -> Move:
    """Return the time after which nothing was that came before something left."""
    at = [second for second, _ in left]
    bounds = [*accumulate((first - 1 for _, first in reversed(left)), min)][::-1]

    def ceiling(time_ns: int) -> int:
        place = bisect_left(at, time_ns)
        return bounds[place] if place < len(bounds) else _FAR

    return ceiling
