"""From the sides of a comparison that does not hold to the place that the wrong side came from."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from lab.observation.evidence.conversations import behind
from lab.observation.evidence.locate import MOST, Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.reads import Read, Rerun
from lab.observation.evidence.spelling import NOTHING_MORE, first_difference, spelled
from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.wire.conversation import Conversation

UNKNOWN = object()
"""What is due where nobody says so."""

_SMALL = 256
"""Up to this number, equal numbers are one object, so that identity says nothing."""


def point(observation: Observation, rerun: Rerun, file: Path) -> tuple[Pointer, ...]:
    """Return the places that a failure in this file is about; none where it names none."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    places = Places(observation)
    for frame, line in reversed(list(walk_tb(rerun.traceback))):
        if frame.f_code.co_filename == str(file):
            found = _Failure(places, rerun, tree, frame, line).why()
            if found:
                return tuple(dict.fromkeys(found))[:MOST]
    return ()


class _Failure:
    """One frame of a failure: the statement that failed, and what was read until then."""

    def __init__(
        self, places: Places, rerun: Rerun, tree: ast.Module, frame: FrameType, line: int
    ) -> None:
        self._places = places
        self._rerun = rerun
        self._frame = frame
        around = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        self._statement = max(around, key=lambda node: (node.lineno, node.col_offset))
        self._lines = range(self._statement.lineno, (self._statement.end_lineno or line) + 1)
        self._nodes = list(ast.walk(self._statement))

    def why(self) -> list[Pointer]:
        """Return the places that the statement is about."""
        found: list[Pointer] = []
        if self._rerun.compared and isinstance(self._statement, ast.Assert):
            found = self._compared(*self._rerun.compared)
        return found or self._last_read() or self._at_hand()

    def _compared(self, sign: str, left: object, right: object) -> list[Pointer]:
        same = [
            node for node in self._nodes if isinstance(node, ast.Compare) and len(node.ops) == 1
        ]
        first, second = (same[0].left, same[0].comparators[0]) if len(same) == 1 else (None, None)
        if sign in ("in", "not in"):
            missing = sign == "in"
            if not missing and isinstance(left, str | bytes):
                return self._places.carrying(left) or self._of_value(right, second)
            return self._lacking(right, left) if missing else self._of_value(right, second)
        if sign in ("==", "is"):
            return self._parted(left, right, first) or self._parted(right, left, second)
        return self._of_value(left, first) or self._of_value(right, second)

    def _lacking(self, seen: object, due: object) -> list[Pointer]:
        """Return the end of what should have had something among it."""
        read = self._read_of(seen, None)
        if read and isinstance(read.owner, HostObservation | Transcript) and type(seen) is list:
            return self._places.printed(read.owner, read.name, len(seen), spelled(due))
        return self._from(read, due) if read else []

    def _parted(self, seen: Any, due: Any, node: ast.expr | None) -> list[Pointer]:
        """Return where a value parts from what is due."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
            return self._counted(seen, due)
        read = self._read_of(seen, node)
        if read:
            return self._from(read, due)
        if isinstance(seen, list | tuple) and isinstance(due, list | tuple):
            return self._items(seen, due, node)
        if isinstance(seen, Set) and isinstance(due, Set):
            return [place for each in seen - due for place in self._of_value(each, None)]
        return self._places.of(seen, spelled(due))

    def _items(
        self, seen: Sequence[Any], due: Sequence[Any], node: ast.expr | None
    ) -> list[Pointer]:
        found = first_difference(seen, due)
        if found is None:
            return []
        index, words = found
        if not seen:
            return self._no_more(words)
        at = min(index, len(seen) - 1)
        wanted = due[index] if index < len(due) else UNKNOWN
        own = (
            node.elts[at]
            if isinstance(node, ast.Tuple | ast.List) and at < len(node.elts)
            else None
        )
        row = self._row(seen)
        if row:
            places = self._from(row[at], wanted)
        elif index < len(seen):
            places = self._parted(seen[at], wanted, own)
        else:
            places = self._of_value(seen[at], own)
            last = places[0] if places else None
            if last and last.line is not None and own is None:
                return [Pointer(last.host, program=last.program, line=last.line + 1, due=words)]
        return [each if each.due else replace(each, due=words) for each in places]

    def _row(self, seen: Sequence[Any]) -> list[Read]:
        """Return the reads that gave these values, one after the other at one place in the code."""
        groups: dict[tuple[object, ...], list[Read]] = {}
        for read in self._direct:
            groups.setdefault((read.code, read.line, read.name), []).append(read)
        for group in groups.values():
            tail = group[-len(seen) :]
            if len(tail) == len(seen) and all(
                read.value is each for read, each in zip(tail, seen, strict=True)
            ):
                return tail
        return []

    def _counted(self, seen: int, due: object) -> list[Pointer]:
        """Return the first one too many; the last one where they are too few."""
        if not isinstance(due, int):
            return []
        words = NOTHING_MORE if seen > due else f"{due} of these"
        for read in reversed(self._direct):
            if isinstance(read.value, list | tuple) and len(read.value) == seen:
                if isinstance(read.owner, HostObservation | Transcript):
                    lines = NOTHING_MORE if seen > due else f"{due} lines"
                    return self._places.printed(read.owner, read.name, due, lines)
                break
        for value in self._values:
            if isinstance(value, list | tuple) and len(value) == seen > 0:
                each = value[due] if seen > due else value[-1]
                return self._places.of(each, words) or self._places.whole(each, words)
        return []

    def _no_more(self, due: str) -> list[Pointer]:
        """Return where a program ended of whose lines none was left."""
        read = self._direct[-1] if self._direct else None
        if (
            read
            and isinstance(read.owner, HostObservation | Transcript)
            and type(read.value) is list
        ):
            return self._places.printed(read.owner, read.name, len(read.value), due)
        return []

    def _of_value(self, value: object, node: ast.expr | None) -> list[Pointer]:
        """Return the place of a value, whatever should have been."""
        if isinstance(value, tuple) and (found := self._places.of(value)):
            return found
        if isinstance(value, tuple):
            return next((found for each in value if (found := self._of_value(each, None))), [])
        read = self._read_of(value, node)
        return self._places.of(value) or (self._from(read, UNKNOWN) if read else [])

    def _read_of(self, value: object, node: ast.expr | None) -> Read | None:
        """Return the read that gave a value: the last one that gave this very object."""
        if isinstance(node, ast.Attribute):
            named = [each for each in self._direct if each.name == node.attr]
            if named and named[-1].value is value:
                return named[-1]
        shared = value is None or value in ((), "", b"") or isinstance(value, bool)
        if shared or (isinstance(value, int) and value <= _SMALL):
            return None
        found = self._gave.get(id(value), [])
        owners = {id(each.owner) for each in found}
        return found[-1] if len(owners) == 1 or isinstance(value, int) else None

    def _from(self, read: Read, due: Any) -> list[Pointer]:
        """Return the place of what was read."""
        owner, name, value = read.owner, read.name, read.value
        words = spelled(due)
        if isinstance(owner, HostObservation | Transcript):
            if name in ("stdout", "stderr") and isinstance(due, list | tuple):
                found = first_difference(value, due)
                return self._places.printed(owner, name, *found) if found else []
            about = name in ("stdout", "stderr", "exit_status", "error", "failure", "lines")
            return self._places.end(owner, words) if about else []
        if isinstance(owner, Conversation):
            return self._places.of(*behind(owner, name, value, due))
        found_here = self._places.of(owner, words)
        if found_here:
            return found_here
        given = self._gave.get(id(owner), [])
        return self._from(given[-1], due) if given and given[-1].owner is not owner else []

    def _last_read(self) -> list[Pointer]:
        """Return the place of what the statement itself read last: all() and any() stop there."""
        stops = any(
            isinstance(each, ast.Name) and each.id in ("all", "any") for each in self._nodes
        )
        own = [
            read
            for read in self._direct
            if read.line in self._lines and (stops or read.code is self._frame.f_code)
        ]
        return self._from(own[-1], UNKNOWN) if own else []

    def _at_hand(self) -> list[Pointer]:
        """Return the place of the first value in the statement that has one."""
        ways = (self._places.of, self._places.whole, lambda value: self._of_value(value, None))
        return next((found for way in ways for each in self._values if (found := way(each))), [])

    @cached_property
    def _values(self) -> list[Any]:
        """What the names in the statement mean, and what pytest kept of its parts."""
        names = [node.id for node in self._nodes if isinstance(node, ast.Name)]
        kept = self._frame.f_locals
        return [kept[each] for each in (*names, *(n for n in kept if n[0] == "@")) if each in kept]

    @cached_property
    def _direct(self) -> list[Read]:
        """What the scenario's own code read, not the lab's behind it."""
        file = self._frame.f_code.co_filename
        return [read for read in self._rerun.reads if read.code.co_filename == file]

    @cached_property
    def _gave(self) -> dict[int, list[Read]]:
        found: dict[int, list[Read]] = {}
        for read in self._rerun.reads:
            found.setdefault(id(read.value), []).append(read)
        return found
