"""From an expectation that failed to the places where the run left the path, and what was due."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any, NamedTuple

from lab.errors import NotObserved
from lab.observation.evidence.locate import locate
from lab.observation.evidence.places import MOST, Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.step import STEPS
from lab.observation.evidence.term import Term
from lab.observation.evidence.words import NOTHING_MORE, first_difference, spelled
from lab.observation.observation import Observation


class Comparison(NamedTuple):
    """Both sides of a comparison in an assertion that failed, as pytest tells them."""

    sign: str
    left: Any
    right: Any

    @property
    def holds(self) -> bool:
        """Whether it is not this comparison that failed, but another one beside it."""
        return bool(eval(f"left {self.sign} right", self._asdict()))  # noqa: S307


def point(
    observation: Observation, error: BaseException, comparison: Comparison | None, file: Path
) -> tuple[Pointer, ...]:
    """Return the places that a failure in this file is about; none where it names none."""
    if isinstance(error, NotObserved):
        return ()  # it names what is not there
    places = Places(observation)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for frame, line in reversed(list(walk_tb(error.__traceback__))):
        if frame.f_code.co_filename == str(file):
            found = _why(places, tree, frame, line, comparison)
            if found:
                return tuple(dict.fromkeys(found))[:MOST]
            comparison = None
    return ()


def _why(
    places: Places, tree: ast.Module, frame: FrameType, line: int, comparison: Comparison | None
) -> list[Pointer]:
    """Return the places that the statement in this line is about."""
    statements = [each for each in ast.walk(tree) if isinstance(each, ast.stmt)]
    functions = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    around = [each for each in statements if each.lineno <= line <= (each.end_lineno or 0)]
    *outer, statement = sorted(around, key=lambda each: (each.lineno, each.col_offset))
    own = [each for each in outer if isinstance(each, ast.FunctionDef)]
    inside = [each for each in ast.walk(own[-1]) if isinstance(each, ast.stmt)] if own else []
    before = sorted(
        (each for each in inside if each.lineno < statement.lineno), key=lambda each: each.lineno
    )
    names = {**frame.f_globals, **frame.f_locals}
    if isinstance(statement, ast.Assert):
        term = Term(statement.test, names, tuple(before), functions)
        found = _compared(places, term, comparison) if comparison else []
        return found or _untrue(places, term)
    read = [
        Term(each, names, tuple(before), functions)
        for each in ast.walk(statement)
        if isinstance(each, ast.expr) and each.lineno <= line <= (each.end_lineno or 0)
        if isinstance(getattr(each, "ctx", ast.Load()), ast.Load)
    ]
    exact = (places.of(each.value) for each in read if isinstance(each.node, ast.Name))
    ways = (locate(places, each) for each in read)
    return next((each for found in (exact, ways) for each in found if each), [])


def _compared(places: Places, whole: Term, comparison: Comparison) -> list[Pointer]:
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
    at = None
    if sign == "in":
        at = len(due) if isinstance(due, list | tuple) else None
        return [replace(each, due=spelled(seen)) for each in locate(places, right, at)]
    if sign == "not in":
        if isinstance(due, list | tuple):
            at = due.index(seen)
        elif isinstance(due, bytes):
            at = due.find(seen)
        return locate(places, right, at)
    return locate(places, left) or locate(places, right)


def _parted(places: Places, term: Term, due: Any) -> list[Pointer]:
    """Return where the value of a term parts from what is due."""
    seen, node = term.value, term.settled.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return _counted(places, term.settled.at(node.args[0]), seen, due)
    if isinstance(seen, Set) and isinstance(due, Set):
        rows = dict(reversed(term.settled.rows))  # the first with each value
        odd = [rows[each] for each in seen - due if each in rows]
        return [place for each in odd for place in locate(places, each)]
    same = (list | tuple, bytes)
    if not any(isinstance(seen, kind) and isinstance(due, kind) for kind in same):
        # A number that was calculated from what the place holds is not due there.
        is_read = isinstance(seen, str | bytes) or isinstance(node, ast.Attribute | ast.Subscript)
        return _due(locate(places, term), spelled(due) if is_read else "")
    index, words = first_difference(seen, due)
    if isinstance(seen, bytes):
        return _due(locate(places, term, index), spelled(due) or NOTHING_MORE)
    found: list[Pointer] = []
    if isinstance(node, ast.Attribute) and node.attr in STEPS:
        words = str(due[index]) if index < len(due) else words
    elif index < min(len(seen), len(due)):
        own = term.element(index)
        found = _parted(places, own, due[index]) if own.value == seen[index] else []
    found = found or locate(places, term, index)
    if index >= len(seen) and any(each.packet is not None for each in found):
        words = f"followed by {words}" if seen else ""
    return _due(found, words)


def _due(found: list[Pointer], words: str) -> list[Pointer]:
    """Say what was due, if that is not said yet and it is due at one place only."""
    return [replace(each, due=each.due or words) for each in found] if len(found) == 1 else found


def _counted(places: Places, items: Term, seen: int, due: object) -> list[Pointer]:
    """Return the first one too many; the last one where they are too few."""
    if not isinstance(due, int) or not isinstance(items.node, ast.Attribute | ast.Name):
        return locate(places, items)
    if isinstance(items.value, bytes):
        return _due(locate(places, items), f"{due} bytes")
    words = NOTHING_MORE if seen > due else f"{due} of these"
    return _due(locate(places, items, min(due, seen)), words)


def _untrue(places: Places, term: Term, wanted: bool = True) -> list[Pointer]:
    """Return the place of what is not true in an assertion, or is true where it should not be."""
    node = term.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _untrue(places, term.at(node.operand), not wanted)
    terms = [term.at(each) for each in node.values] if isinstance(node, ast.BoolOp) else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        terms = [row for _, row in term.rows] if node.func.id in ("all", "any") else []
    guilty = (_untrue(places, each, wanted) for each in terms if bool(each.value) is not wanted)
    return next((each for each in guilty if each), []) or locate(places, term)
