"""A set of numbers as disjoint intervals, for the sequence numbers seen so far."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Intervals:
    """Half-open intervals ``[start, stop)``, sorted and disjoint; those that touch are joined."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []

    def missing(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the parts of ``[start, stop)`` that are not in the set, in order."""
        parts = []
        index = bisect_right(self._stops, start)
        while start < stop and index < len(self._starts) and self._starts[index] < stop:
            if start < self._starts[index]:
                parts.append((start, self._starts[index]))
            start = max(start, self._stops[index])
            index += 1
        if start < stop:
            parts.append((start, stop))
        return parts

    def add(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Add ``[start, stop)`` and return the parts of it that were new."""
        if start >= stop:
            return []
        if self._stops and start == self._stops[-1]:
            self._stops[-1] = stop
            return [(start, stop)]
        parts = self.missing(start, stop)
        first = bisect_left(self._stops, start)
        last = bisect_right(self._starts, stop)
        if first < last:
            start = min(start, self._starts[first])
            stop = max(stop, self._stops[last - 1])
        self._starts[first:last] = [start]
        self._stops[first:last] = [stop]
        return parts
