"""Find where a value was read from: by the read that gave this very object."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from lab.observation.evidence.conversations import behind
from lab.observation.evidence.locate import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.reads import Read
from lab.observation.evidence.spelling import first_difference, spelled
from lab.observation.observation import HostObservation
from lab.observation.transcript import Transcript
from lab.wire.conversation import Conversation

UNKNOWN = object()
"""What is due where nobody says so."""

_SMALL = 256
"""Up to this number, equal numbers are one object, so that identity says nothing."""


class Origins:
    """What an expectation read; ``lines`` are those of the statement that failed in ``file``."""

    def __init__(
        self, places: Places, reads: Collection[Read], file: str, lines: Sequence[int]
    ) -> None:
        self._places = places
        self._reads = reads
        self._file = file
        self._lines = lines

    def of_value(self, value: object, node: ast.expr | None) -> list[Pointer]:
        """Return the place of a value, whatever should have been."""
        if isinstance(value, tuple) and (found := self._places.of(value)):
            return found
        if isinstance(value, tuple):
            return next((found for each in value if (found := self.of_value(each, None))), [])
        read = self.read_of(value, node)
        return self._places.of(value) or (self.of_read(read, UNKNOWN) if read else [])

    def read_of(self, value: object, node: ast.expr | None) -> Read | None:
        """Return the read that gave a value: the last one that gave this very object."""
        if isinstance(node, ast.Attribute):
            # Both sides may read it: the left one first.
            named = [each for each in self.direct if each.name == node.attr][-2:]
            if found := [each for each in named if each.value is value]:
                return found[-1]
        if _is_shared(value):
            return None
        given = self._gave.get(id(value), [])
        found = [each for each in given if each.code.co_filename == self._file] or given
        if not found and isinstance(value, bytes):
            found = [
                each
                for each in self.direct
                if isinstance(each.owner, Conversation)
                and isinstance(each.value, bytes)
                and each.value.startswith(value)
            ][-1:]
        alone = len({id(each.owner) for each in found}) == 1 or isinstance(value, int)
        return found[-1] if found and alone else None

    def row(self, seen: Sequence[Any]) -> list[Read]:
        """Return the reads that gave these values, one after the other at one place in the code."""
        groups: dict[tuple[object, ...], list[Read]] = {}
        for read in self.direct:
            groups.setdefault((read.code, read.line, read.name), []).append(read)
        for group in groups.values():
            tail = group[-len(seen) :]
            if (
                len(group) > len(seen)
                and group[-1].line not in self._lines
                and all(map(_is_shared, seen))
            ):
                continue
            if len(tail) == len(seen) and all(
                read.value is each for read, each in zip(tail, seen, strict=True)
            ):
                return tail
        return []

    def of_read(self, read: Read, due: Any) -> list[Pointer]:
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
        return self.of_read(given[-1], due) if given and given[-1].owner is not owner else []

    @cached_property
    def direct(self) -> list[Read]:
        """What the scenario's own code read, not the lab's behind it."""
        return [read for read in self._reads if read.code.co_filename == self._file]

    @cached_property
    def _gave(self) -> dict[int, list[Read]]:
        found: dict[int, list[Read]] = {}
        for read in self._reads:
            found.setdefault(id(read.value), []).append(read)
        return found


def _is_shared(value: object) -> bool:
    """Tell whether Python keeps one object for all values that are equal to this one."""
    if isinstance(value, int):
        return value <= _SMALL
    return value is None or (isinstance(value, str | bytes | tuple) and len(value) < 2)
