"""From both sides of a comparison that failed to the place where they part, and what was due."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import replace
from typing import Any, NamedTuple

from lab.observation.evidence.due import NOTHING_MORE, counterpart, first_difference
from lab.observation.evidence.locate import locate
from lab.observation.evidence.places import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.term import UNKNOWN, Term

_IN_A_ROW = (list, tuple, bytes, str)
"""The kinds of values that part at one element of theirs."""


class Comparison(NamedTuple):
    """Both sides of a comparison in an assertion that failed, as pytest tells them."""

    sign: str
    left: Any
    right: Any

    @property
    def holds(self) -> bool:
        """Whether it is not this comparison that failed, but another one beside it."""
        return bool(eval(f"left {self.sign} right", self._asdict()))  # noqa: S307


def compared(places: Places, whole: Term, comparison: Comparison) -> list[Pointer]:
    """Return where the sides of a comparison come from, the left one first."""
    sign, seen, due = comparison
    pairs = [
        (whole.at(left), whole.at(right))
        for each in ast.walk(whole.node)
        if isinstance(each, ast.Compare)
        for left, right in zip([each.left, *each.comparators], each.comparators, strict=False)
    ]
    if len(pairs) > 1:
        pairs = [each for each in pairs if (each[0].value, each[1].value) == (seen, due)]
    if not pairs:
        return []
    left, right = pairs[0]
    # What an iterator gave the first time, it does not give again.
    left.__dict__["value"], right.__dict__["value"] = seen, due
    if sign in ("==", "is"):
        found = _parted(places, left, due)
        if found or not right.is_of_a_run:
            return found
        found = _parted(places, right, seen)
        return [replace(each, due="") for each in found] if left.is_of_a_run else found
    if sign == "in":
        at = len(due) if isinstance(due, list | tuple) else None
        return _pointers(places, right, at, seen)
    if sign == "not in":
        at = due.index(seen) if isinstance(due, list | tuple | bytes) else None
        return _pointers(places, right, at)
    return _pointers(places, left) or _pointers(places, right)


def _parted(places: Places, term: Term, due: Any) -> list[Pointer]:
    """Return where the value of a term parts from what is due."""
    seen, node = term.value, term.settled.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return _counted(places, term.settled.at(node.args[0]), seen, due)
    if isinstance(seen, Set) and isinstance(due, Set):
        rows = dict(reversed(term.settled.rows))  # the first with each value
        odd = [rows[each] for each in seen - due if each in rows]
        return [place for each in odd for place in _pointers(places, each)]
    if not any(isinstance(seen, each) and isinstance(due, each) for each in _IN_A_ROW):
        return _pointers(places, term, None, due)
    index = first_difference(seen, due)
    if isinstance(seen, str | bytes):
        return _pointers(places, term, index, due)
    if index >= len(due):
        return _pointers(places, term, index, words=NOTHING_MORE if due else "nothing")
    own = term.element(index) if index < len(seen) else term
    is_own = own is not term and own.value == seen[index]
    return (is_own and _parted(places, own, due[index])) or _followed(places, term, index, due)


def _followed(places: Places, term: Term, index: int, due: Any) -> list[Pointer]:
    """Return the place of an element; of one that is missing, what it should have followed."""
    found = _pointers(places, term, index, due[index])
    if not 0 < len(term.value) <= index or locate(places, term, index) != locate(
        places, term, index - 1
    ):
        return found
    return [replace(each, due=each.due and f"followed by {each.due}") for each in found]


def _counted(places: Places, items: Term, seen: int, due: object) -> list[Pointer]:
    """Return the first one too many; the last one where they are too few."""
    is_bytes = isinstance(items.value, bytes)
    if is_bytes or not isinstance(due, int) or not isinstance(items.node, ast.Attribute | ast.Name):
        return _pointers(places, items)
    words = NOTHING_MORE if seen > due else f"{due} of these"
    return _pointers(places, items, min(due, seen), words=words)


def _pointers(
    places: Places, term: Term, at: int | None = None, due: object = UNKNOWN, words: str = ""
) -> list[Pointer]:
    """Return where a value is from, and what was due if what was seen can be read there.

    A value of another kind is no counterpart of what stands there: a number beside a reset, say.
    """
    found = locate(places, term, at)
    if len(found) > 1:
        return found
    seen = term.value
    if at is not None and isinstance(seen, list | tuple):
        seen = seen[min(at, len(seen) - 1)] if seen else ""
    if found and due is not UNKNOWN:
        attribute = getattr(term.settled.node, "attr", "")
        words = counterpart(places.at(found[0]), seen, due, attribute)
    return [replace(each, due=words) for each in found] or locate(places, term, at, vaguely=True)
