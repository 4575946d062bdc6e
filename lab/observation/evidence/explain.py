"""From the sides of a comparison that does not hold to the place that the wrong side came from."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set, Sized
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from lab.observation.evidence.locate import MOST, Places
from lab.observation.evidence.origins import UNKNOWN, Origins
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.reads import Read, Rerun
from lab.observation.evidence.spelling import NOTHING_MORE, first_difference, spelled
from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.wire.conversation import Conversation


def point(observation: Observation, rerun: Rerun, file: Path) -> tuple[Pointer, ...]:
    """Return the places that a failure in this file is about; none where it names none."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    places = Places(observation)
    for frame, line in reversed(
        list(walk_tb(rerun.raised.__traceback__ if rerun.raised else None))
    ):
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
        self._compared_last = rerun.compared
        self._frame = frame
        around = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        self._statement = max(around, key=lambda node: (node.lineno, node.col_offset))
        self._lines = range(self._statement.lineno, (self._statement.end_lineno or line) + 1)
        self._nodes = list(ast.walk(self._statement))
        file = frame.f_code.co_filename
        self._origins = Origins(places, rerun.reads, file, self._lines)

    def why(self) -> list[Pointer]:
        """Return the places that the statement is about."""
        found: list[Pointer] = []
        if self._compared_last and isinstance(self._statement, ast.Assert):
            found = self._compared(*self._compared_last)
        return found or self._last_read() or self._at_hand()

    def _compared(self, sign: str, left: object, right: object) -> list[Pointer]:
        same = [
            node for node in self._nodes if isinstance(node, ast.Compare) and len(node.ops) == 1
        ]
        first, second = (same[0].left, same[0].comparators[0]) if len(same) == 1 else (None, None)
        if sign == "in":
            return self._no_more(self._origins.read_of(right, None), spelled(left))
        if sign == "not in":
            held = self._places.carrying(left) if isinstance(left, str | bytes) else []
            return held or self._origins.of_value(right, second)
        if sign in ("==", "is"):
            return self._parted(left, right, first) or self._parted(right, left, second)
        return self._origins.of_value(left, first) or self._origins.of_value(right, second)

    def _parted(self, seen: Any, due: Any, node: ast.expr | None) -> list[Pointer]:
        """Return where a value parts from what is due."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
            return self._counted(node.args[0], seen, due)
        read = self._origins.read_of(seen, node)
        if read:
            return self._origins.of_read(read, due)
        if isinstance(seen, list | tuple) and isinstance(due, list | tuple):
            return self._items(seen, due, node)
        if isinstance(seen, Set) and isinstance(due, Set):
            return [place for each in seen - due for place in self._origins.of_value(each, None)]
        carried = self._places.carrying(seen) if isinstance(seen, str | bytes) else []
        return self._places.of(seen, spelled(due)) or [
            replace(p, due=spelled(due)) for p in carried
        ]

    def _items(
        self, seen: Sequence[Any], due: Sequence[Any], node: ast.expr | None
    ) -> list[Pointer]:
        found = first_difference(seen, due)
        if found is None:
            return []
        index, words = found
        if not seen:
            return self._no_more(self._origins.direct[-1] if self._origins.direct else None, words)
        at = min(index, len(seen) - 1)
        wanted = due[index] if index < len(due) else UNKNOWN
        own = (
            node.elts[at]
            if isinstance(node, ast.Tuple | ast.List) and at < len(node.elts)
            else None
        )
        if index >= len(seen):
            words = f"followed by {words}"
        row = self._origins.row(seen)
        if row:
            places = self._origins.of_read(row[at], wanted if index < len(seen) else UNKNOWN)
        elif index < len(seen):
            places = self._parted(seen[at], wanted, own)
        else:
            places = self._origins.of_value(seen[at], own)
        return [each if each.due else replace(each, due=words) for each in places]

    def _counted(self, counted: ast.expr, seen: int, due: object) -> list[Pointer]:
        """Return the first one too many; the last one where they are too few."""
        if not isinstance(due, int):
            return []
        words = NOTHING_MORE if seen > due else f"{due} of these"
        if isinstance(counted, ast.Attribute):
            named = [
                each
                for each in self._origins.direct
                if each.name == counted.attr and isinstance(each.value, Sized)
            ]
            read = next((each for each in reversed(named) if len(each.value) == seen), None)
            if read and isinstance(read.value, bytes):
                return self._places.whole(read.owner, f"{due} bytes")
            if read and isinstance(read.owner, HostObservation | Transcript):
                lines = NOTHING_MORE if seen > due else f"{due} lines"
                return self._places.printed(read.owner, read.name, due, lines)
        items = read.value if isinstance(counted, ast.Attribute) and read else ()
        if isinstance(counted, ast.Name):
            items = self._frame.f_locals.get(counted.id, ())
        if not isinstance(items, list | tuple) or len(items) != seen or not seen:
            return []
        each = items[due] if seen > due else items[-1]
        return self._places.of(each, words) or self._places.whole(each, words)

    def _no_more(self, read: Read | None, due: str) -> list[Pointer]:
        """Return the end of a program's lines that were read; the end of what else was read."""
        if read is None:
            return []
        if isinstance(read.owner, HostObservation | Transcript) and type(read.value) is list:
            return self._places.printed(read.owner, read.name, len(read.value), due)
        return self._places.whole(read.owner, due)

    def _last_read(self) -> list[Pointer]:
        """Return the place of what the statement itself read last: all() and any() stop there."""
        stops = any(
            isinstance(each, ast.Name) and each.id in ("all", "any") for each in self._nodes
        )
        own = [
            read
            for read in self._origins.direct
            if read.line in self._lines and (stops or read.code is self._frame.f_code)
        ]
        return self._origins.of_read(own[-1], UNKNOWN) if own else []

    def _at_hand(self) -> list[Pointer]:
        """Return the place of the first value in the statement that has one."""
        ways = (
            self._places.of,
            self._places.whole,
            lambda value: self._origins.of_value(value, None),
        )
        found = (way(each) for way in ways for each in self._values)
        return next((each for each in found if each), []) or self._whole()

    def _whole(self) -> list[Pointer]:
        """Return the end of the conversation or program that this code read last, if any did."""
        kinds = (Conversation, Transcript)
        whole = [each for each in self._origins.direct if isinstance(each.owner, kinds)]
        own = [each for each in whole if each.code is self._frame.f_code]
        alone = len({id(each.owner) for each in whole}) == 1
        return self._places.whole((own or whole)[-1].owner) if own or alone else []

    @cached_property
    def _values(self) -> list[Any]:
        """What the names in the statement mean, and what pytest kept of its parts."""
        names = [node.id for node in self._nodes if isinstance(node, ast.Name)]
        kept = self._frame.f_locals
        return [kept[each] for each in (*names, *(n for n in kept if n[0] == "@")) if each in kept]
