"""When a line was printed: at the ``write`` that ended it, instead of when the lab read it."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from lab.observation.calls.told import Printed
from lab.observation.transcript import Line


def timed(
    lines: Sequence[Line], sizes: Sequence[int], printed: Sequence[Printed]
) -> tuple[Line, ...]:
    """Return lines with the times of the writes that printed them, in that order.

    ``sizes`` are the bytes of each line with its end. A line of which no write is known keeps its
    time, as one that is ``late``.
    """
    found: list[Line] = list(lines)
    for stream in ("stdout", "stderr"):
        numbers = [number for number, line in enumerate(lines) if line.stream == stream]
        writes = [each for each in printed if each.stream == stream]
        ends = list(accumulate(sizes[number] for number in numbers))
        text = _printed([lines[number] for number in numbers], [sizes[n] for n in numbers])
        times = _Times(_in_order(writes, text))
        start = before_ns = 0
        for number, end in zip(numbers, ends, strict=True):
            line = times.of(lines[number], start, end)
            # Of two writes at the same time, the one that was told first may have come second.
            before_ns = max(before_ns, line.time_ns)
            found[number] = replace(line, time_ns=before_ns)
            start = end
    if not any(line.late for line in found):
        found.sort(key=lambda line: line.time_ns)
    return tuple(found)


class _Times:
    """When each byte of a stream was written."""

    def __init__(self, writes: Sequence[Printed]) -> None:
        self._ends = list(accumulate(each.length for each in writes))
        self._writes = writes

    def of(self, line: Line, start: int, end: int) -> Line:
        """Return a line that the bytes from ``start`` to ``end`` of the stream are."""
        times = [self._at(start + halted) for _, halted in _halts(line)]
        last = self._at(end)
        if last is None or None in times or last > line.time_ns:
            return replace(line, late=True)
        halts = tuple(
            (time_ns or read_ns, halted)
            for time_ns, (read_ns, halted) in zip(times, line.halts, strict=True)
        )
        return replace(line, time_ns=last, halts=halts)

    def _at(self, end: int) -> int | None:
        """Return when the byte before this one was written; None where no write is known."""
        index = bisect_left(self._ends, end)
        return self._writes[index].began_ns if index < len(self._ends) else None


def _halts(line: Line) -> list[tuple[int, int]]:
    """Return the halts of a line, with the bytes instead of the characters before each."""
    return [(time_ns, len(line.text[:halted].encode())) for time_ns, halted in line.halts]


def _printed(lines: Sequence[Line], sizes: Sequence[int]) -> bytes | None:
    """Return what a stream carried; None where its text does not tell that byte for byte."""
    whole = [line.text.encode() + b"\n" * line.complete for line in lines]
    is_told = all(len(data) == size for data, size in zip(whole, sizes, strict=True))
    return b"".join(whole) if is_told else None


def _in_order(writes: Sequence[Printed], text: bytes | None) -> list[Printed]:
    """Return writes in the order of the stream: two at the same time are told apart by their data.

    Where one fits nowhere, it and all that follow are left out.
    """
    if text is None:
        return list(writes)
    waiting, found, at = deque(writes), list[Printed](), 0
    by_end = [each for each in writes if each.ended_ns is not None]
    by_end.sort(key=lambda each: each.ended_ns or 0, reverse=True)
    taken: set[int] = set()
    while waiting:
        while by_end and id(by_end[-1]) in taken:
            by_end.pop()
        ended_ns = by_end[-1].ended_ns if by_end else None
        for each in waiting:
            if ended_ns is not None and each.began_ns > ended_ns:
                return found
            if text.startswith(each.data, at):
                break
        else:
            return found
        waiting.remove(each)
        taken.add(id(each))
        found.append(each)
        at += each.length
    return found
