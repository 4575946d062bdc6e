"""From an expectation that failed to the places where the run left the path."""

from __future__ import annotations

import ast
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from lab.errors import NotObserved
from lab.observation.evidence.compare import Comparison, compared
from lab.observation.evidence.locate import locate
from lab.observation.evidence.places import MOST, Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.term import Term
from lab.observation.observation import Observation


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
            if found := _why(places, tree, frame, line, comparison):
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
        found = compared(places, term, comparison) if comparison else []
        return found or _untrue(places, term)
    read = [
        Term(each, names, tuple(before), functions)
        for each in ast.walk(statement)
        if isinstance(each, ast.expr) and each.lineno <= line <= (each.end_lineno or 0)
        if isinstance(getattr(each, "ctx", ast.Load()), ast.Load)
    ]
    exact = (places.of(each.value) for each in read if isinstance(each.node, ast.Name))
    ways = (locate(places, each, vaguely=True) for each in read)
    return next((each for found in (exact, ways) for each in found if each), [])


def _untrue(places: Places, term: Term, wanted: bool = True) -> list[Pointer]:
    """Return the place of what is not true in an assertion, or is true where it should not be."""
    node = term.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _untrue(places, term.at(node.operand), not wanted)
    terms = [term.at(each) for each in node.values] if isinstance(node, ast.BoolOp) else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        terms = [row for _, row in term.rows] if node.func.id in ("all", "any") else []
    guilty = (_untrue(places, each, wanted) for each in terms if bool(each.value) is not wanted)
    return next((each for each in guilty if each), []) or locate(places, term, vaguely=True)
