"""Long stories made short: runs of alike moments, and all that is not remarkable, are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter

from lab.story.timeline.moment import MARKED, Arrow, Moment

LONGEST_RUN, MOST_SAID = 7, 20
"""Alike packets, and lines of one program, in a row that are all told."""

RUN_ENDS, SAID_ENDS = (2, 1), (8, 4)
"""How many of a longer run are told, at its beginning and its end."""

BUDGET = 60
"""Moments that a story tells at most, apart from those that it says were left out; what one program
prints in a row is taken in at a glance, and counts as one."""

HEAD, TAIL, REMARKABLE = 20, 16, 24

QUIET_NS = 500_000_000
"""A silence of this length is told as such."""

_UNITS = {
    "data": "data segment",
    "datagram": "datagram",
    "ack": "ACK",
    "dns": "DNS message",
    "icmp": "ICMP message",
    "fragment": "IP fragment",
}
_SAID = {"stdout": "printed by", "stderr": "printed by", "stdin": "typed on"}


@dataclass(frozen=True)
class Fold:
    """Moments left out, as one sentence; none for a silence."""

    time_ns: int
    text: str
    moments: tuple[Moment, ...] = ()

    @property
    def brief(self) -> str:
        """How many packets and lines were left out, and how long they took; "" for a silence."""
        if not self.moments:
            return ""
        packets = sum(isinstance(each, Arrow) for each in self.moments)
        lines = sum(not isinstance(each, Arrow) and each.kind in _SAID for each in self.moments)
        told = [
            (packets, "packet"),
            (lines, "line"),
            (len(self.moments) - packets - lines, "change"),
        ]
        parts = ", ".join(count(number, unit) for number, unit in told if number)
        return f"{parts} · {span(self.moments[-1].time_ns - self.moments[0].time_ns)}"


def fold(moments: Sequence[Moment]) -> list[Moment | Fold]:
    """Return the moments with what a reader can do without replaced by its count."""
    kept = [True] * len(moments)
    for start, stop in _runs(moments):
        crossed = isinstance(moments[start], Arrow)
        head, tail = RUN_ENDS if crossed else SAID_ENDS
        if stop - start > (LONGEST_RUN if crossed else MOST_SAID):
            kept[start + head : stop - tail] = [False] * (stop - start - head - tail)
    left = [index for index, keep in enumerate(kept) if keep]
    if _glances([moments[index] for index in left]) > BUDGET:
        middle = [index for index in left[HEAD:-TAIL] if moments[index].weight >= 2]
        if len(middle) > REMARKABLE:
            middle = middle[: REMARKABLE // 2] + middle[-REMARKABLE // 2 :]
        marked = {index for index in left if moments[index].weight >= MARKED}
        chosen = {*left[:HEAD], *middle, *left[-TAIL:], *marked}
        kept = [index in chosen for index in range(len(moments))]
    return _with_counts(moments, kept)


def quiet(moments: Sequence[Moment | Fold]) -> list[Moment | Fold]:
    """Return the moments with each long silence between them told."""
    story: list[Moment | Fold] = []
    for moment in moments:
        if story and not isinstance(story[-1], Fold) and not isinstance(moment, Fold):
            silence = moment.time_ns - story[-1].time_ns
            if silence >= QUIET_NS:
                story.append(Fold(story[-1].time_ns, f"{span(silence)} of silence"))
        story.append(moment)
    return story


def span(duration_ns: int) -> str:
    """Return a duration as people say it: ``12.4 ms``, ``3.0 s``."""
    milliseconds = duration_ns / 1e6
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.1f} ms"


def size(length: int) -> str:
    """Return a number of bytes as people say it: ``178 kB`` (SI, powers of ten)."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if length >= 10 * factor:
            return f"{length / factor:.0f} {unit}"
        if length >= factor:
            return f"{length / factor:.1f} {unit}"
    return f"{length} B"


def count(number: int, unit: str) -> str:
    """Return a number of things: ``1 line``, ``1,200 lines``."""
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def _key(moment: Moment) -> tuple[str, ...] | None:
    """Return what moments of one run have in common; None for one that stands alone."""
    if isinstance(moment, Arrow):
        if moment.notes or moment.label.weight > 2:
            return None
        transit = moment.transit
        return ("packet", transit.sender, transit.receiver, _unit(moment))
    if moment.weight > 1:
        return None
    return ("said", moment.host, moment.kind)


def _glances(moments: Sequence[Moment]) -> int:
    """Return how many moments these are to a reader, for whom a listing is one."""
    keys = [None if isinstance(moment, Arrow) else _key(moment) for moment in moments]
    return len(keys) - sum(key is not None and key == before for before, key in pairwise(keys))


def _unit(arrow: Arrow) -> str:
    """Return what several such packets are counted as."""
    if "duplicate ACK" in arrow.label.notes:
        return "duplicate ACK"
    return _UNITS.get(arrow.label.kind, "packet")


def _runs(moments: Sequence[Moment]) -> Iterator[tuple[int, int]]:
    alike = groupby(range(len(moments)), key=lambda index: _key(moments[index]) or index)
    for _, run in alike:
        start, *rest = run
        yield start, start + 1 + len(rest)


def _with_counts(moments: Sequence[Moment], kept: Sequence[bool]) -> list[Moment | Fold]:
    story: list[Moment | Fold] = []
    for keep, group in groupby(zip(moments, kept, strict=True), key=itemgetter(1)):
        some = [moment for moment, _ in group]
        story += some if keep else _counted(some)
    return story


def _counted(moments: Sequence[Moment]) -> Sequence[Moment | Fold]:
    if len(moments) <= 2:
        return moments
    packets: Counter[tuple[str, str, str]] = Counter()
    carried: Counter[tuple[str, str, str]] = Counter()
    lines: Counter[tuple[str, str]] = Counter()
    calls: Counter[str] = Counter()
    others = 0
    for moment in moments:
        if isinstance(moment, Arrow):
            way = (moment.transit.sender, moment.transit.receiver, _unit(moment))
            packets[way] += 1
            carried[way] += moment.label.length
        elif moment.kind == "call":
            calls[moment.host] += 1
        elif moment.kind in _SAID:
            lines[_SAID[moment.kind], moment.host] += 1
        else:
            others += 1
    parts = []
    for way, number in packets.items():
        sender, receiver, unit = way
        amount = f", {size(carried[way])}" if carried[way] else ""
        parts.append(f"{count(number, unit)} {sender} → {receiver or 'all'}{amount}")
    parts += [f"{count(number, 'line')} {said} {host}" for (said, host), number in lines.items()]
    parts += [f"{count(number, 'call')} on {host}" for host, number in calls.items()]
    if others:
        parts.append(count(others, "change"))
    took = span(moments[-1].time_ns - moments[0].time_ns)
    return [Fold(moments[0].time_ns, f"{'; '.join(parts)}; {took}", tuple(moments))]
