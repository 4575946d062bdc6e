"""From an expectation that failed to the places where the run left the path, and what was due."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence, Set
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

_SIGNS: dict[str, tuple[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    "==": (ast.Eq, operator.eq),
    "!=": (ast.NotEq, operator.ne),
    "<": (ast.Lt, operator.lt),
    "<=": (ast.LtE, operator.le),
    ">": (ast.Gt, operator.gt),
    ">=": (ast.GtE, operator.ge),
    "is": (ast.Is, operator.is_),
    "is not": (ast.IsNot, operator.is_not),
    "in": (ast.In, lambda left, right: left in right),
    "not in": (ast.NotIn, lambda left, right: left not in right),
}


class Comparison(NamedTuple):
    """Both sides of a comparison in an assertion that failed, as pytest tells them."""

    sign: str
    left: Any
    right: Any

    @property
    def holds(self) -> bool:
        """Whether it is not this comparison that failed, but another one beside it."""
        return bool(_SIGNS[self.sign][1](self.left, self.right))


def point(
    observation: Observation, error: BaseException, comparison: Comparison | None, file: Path
) -> tuple[Pointer, ...]:
    """Return the places that a failure in this file is about; none where it names none."""
    places = Places(observation)
    if isinstance(error, NotObserved):
        return tuple(places.named_in(f"{error} "))
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
    statement = max(around, key=lambda each: (each.lineno, each.col_offset))
    own = [each for each in around if isinstance(each, ast.FunctionDef)]
    inside = ast.walk(max(own, key=lambda each: each.lineno)) if own else ()
    before = [
        each for each in inside if isinstance(each, ast.stmt) and each.lineno < statement.lineno
    ]
    before.sort(key=lambda each: each.lineno)
    names = {**frame.f_globals, **frame.f_locals}
    if isinstance(statement, ast.Assert):
        term = Term(statement.test, names, tuple(before), functions)
        sides = _sides(term, comparison) if comparison else None
        found = _compared(places, comparison, *sides) if comparison and sides else []
        return found or _untrue(places, term)
    expression = next((each for each in ast.iter_child_nodes(statement) if _is_value(each)), None)
    if not isinstance(expression, ast.expr):
        return []
    return locate(places, Term(expression, names, tuple(before), functions))


def _is_value(node: ast.AST) -> bool:
    return isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store)


def _sides(term: Term, comparison: Comparison) -> tuple[Term, Term] | None:
    """Return the expressions that were compared."""
    pairs = [
        (term.at(left), term.at(right))
        for each in ast.walk(term.node)
        if isinstance(each, ast.Compare)
        for left, sign, right in zip(
            [each.left, *each.comparators], each.ops, each.comparators, strict=False
        )
        if isinstance(sign, _SIGNS[comparison.sign][0])
    ]
    if len(pairs) > 1:
        known = (comparison.left, comparison.right)
        pairs = [each for each in pairs if (each[0].value, each[1].value) == known]
    return pairs[0] if pairs else None


def _compared(places: Places, compared: Comparison, left: Term, right: Term) -> list[Pointer]:
    sign, seen, due = compared
    # The sides are those of the first time: what an iterator gave, it does not give again.
    left.__dict__["value"], right.__dict__["value"] = seen, due
    if sign in ("==", "is"):
        found = _parted(places, left, due)
        if found or not right.is_of_a_run:
            return found
        found = _parted(places, right, seen)
        return [replace(each, due="") for each in found] if left.is_of_a_run else found
    if sign == "in":
        at = len(due) if isinstance(due, list | tuple) else None
        return [replace(each, due=spelled(seen)) for each in locate(places, right, at)]
    if sign == "not in":
        at = None
        if isinstance(due, list | tuple):
            at = list(due).index(seen)
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
        return [
            each for value in seen - due if value in rows for each in locate(places, rows[value])
        ]
    same = (list | tuple, bytes)
    if not any(isinstance(seen, kind) and isinstance(due, kind) for kind in same):
        said = spelled(due) if term.is_read else ""
        return [replace(each, due=said) for each in locate(places, term)]
    index, words = first_difference(seen, due)
    if isinstance(seen, bytes):
        words = spelled(due) or NOTHING_MORE
    elif isinstance(node, ast.Attribute) and node.attr in STEPS and index < len(due):
        words = str(due[index])
    found = []
    if isinstance(seen, list | tuple) and index < min(len(seen), len(due)):
        own = term.element(index)
        if own.value == seen[index] and not isinstance(own.node, ast.Subscript):
            found = _parted(places, own, due[index])
    found = found or locate(places, term, index)
    if index >= len(seen) and not isinstance(seen, bytes) and _is_last(found):
        words = f"followed by {words}" if seen else ""
    return [each if each.due else replace(each, due=words) for each in found]


def _is_last(found: Sequence[Pointer]) -> bool:
    """Tell whether these are places of something that is there, not behind all that was printed."""
    return any(each.packet is not None for each in found)


def _counted(places: Places, items: Term, seen: int, due: object) -> list[Pointer]:
    """Return the first one too many; the last one where they are too few."""
    if not isinstance(due, int) or not isinstance(items.node, ast.Attribute | ast.Name):
        return locate(places, items)
    kind = items.settled.node.attr if isinstance(items.settled.node, ast.Attribute) else ""
    if isinstance(items.value, bytes):
        found, words = locate(places, items, None), f"{due} bytes"
    elif kind in ("stdout", "stderr"):
        found = locate(places, items, due)
        words = NOTHING_MORE if seen > due else f"{due} lines"
    else:
        found = locate(places, items, due if seen > due else seen - 1) if seen else []
        words = NOTHING_MORE if seen > due else f"{due} of these"
    return [replace(each, due=words) for each in found]


def _untrue(places: Places, term: Term, wanted: bool = True) -> list[Pointer]:
    """Return the place of what is not true in an assertion, or is true where it should not be."""
    node = term.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _untrue(places, term.at(node.operand), not wanted)
    if isinstance(node, ast.BoolOp):
        terms = [term.at(each) for each in node.values]
        guilty = [each for each in terms if bool(each.value) is not wanted]
        return next((found for each in guilty if (found := _untrue(places, each, wanted))), [])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        rows = term.at(node.args[0]).settled.rows if node.func.id in ("all", "any") else []
        for value, row in rows:
            if bool(value) is not wanted:
                return _untrue(places, row, wanted)
    return locate(places, term)
