"""An expectation that did not hold, read again: what it looked at, and where that went wrong."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from traceback import walk_tb
from types import TracebackType
from typing import Any

from lab.observation.evidence.evaluate import Asking
from lab.observation.evidence.locate import MOST, Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.observation import Observation


@dataclass(frozen=True)
class Failed:
    """One frame of the traceback of a failure: a file's text, a line of it, what names meant."""

    text: str
    line: int
    names: Mapping[str, Any]


def frames(raised: TracebackType, file: PathLike[str], text: str) -> list[Failed]:
    """Return the frames of a traceback that are in a file with this text, the outermost first."""
    return [
        Failed(text, line, {**frame.f_globals, **frame.f_locals})
        for frame, line in walk_tb(raised)
        if frame.f_code.co_filename == str(file)
    ]


def point(observation: Observation, found_in: Sequence[Failed]) -> tuple[Pointer, ...]:
    """Return the places that a failure is about; none where it names none.

    ``found_in`` are those of the teacher's file, the outermost first. What an expectation looked at
    is evaluated once more: expectations are functions of a run, and a run does not change.
    """
    places = Places(observation)
    for frame in reversed(found_in):
        try:
            found = _in(frame, places)
        except Exception:  # noqa: S112 - a hint less is better than a verdict less
            continue
        if found:
            return tuple(found[:MOST])
    return ()


def _in(frame: Failed, places: Places) -> list[Pointer]:
    tree = ast.parse(frame.text)
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= frame.line <= (node.end_lineno or 0)
    ]
    if not around:
        return []
    statement = max(around, key=lambda node: (node.lineno, node.col_offset))
    function = next((node for node in around if isinstance(node, ast.FunctionDef)), None)
    asking = Asking(places, frame.names, _assigned(function) if function else {})
    if isinstance(statement, ast.Assert):
        return asking.why(statement.test)
    return asking.within(statement)


def _assigned(function: ast.FunctionDef) -> dict[str, ast.expr]:
    """Return what names were given in a function, where that was done once and simply."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}
