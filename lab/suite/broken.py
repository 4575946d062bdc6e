"""Say what was not seen where an expectation itself breaks, and tell a teacher's slip from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence, Sized
from itertools import islice
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

from lab.wire.question import Asked

MOST = 100
"""Letters of a scenario's source in one sentence."""


class _Spot(NamedTuple):
    """Where in a scenario's file an error was raised."""

    file: Path
    line: int
    node: ast.AST | None
    names: dict[str, Any]

    @property
    def source(self) -> str:
        """The expression that could not be had, else the whole line."""
        return _spelled(self.node) if self.node else f"line {self.line}"


def is_a_slip(error: BaseException) -> bool:
    """Tell whether no program can make an expectation hold that raises this: a typo in it, say.

    A name that no loop came to set, and what is asked of None, are what the programs did. In
    doubt it is no slip.
    """
    if isinstance(error, AttributeError):
        return isinstance(error.obj, ModuleType) or type(error.obj).__module__.startswith("lab.")
    if isinstance(error, TypeError):
        return re.search("argument|callable", str(error)) is not None
    return isinstance(error, NameError | ImportError | SyntaxError) and not isinstance(
        error, UnboundLocalError
    )


def slip(error: BaseException, file: Path) -> str:
    """Return a teacher's slip in words."""
    spot = _spot(error, file)
    place = f"{file.name}, line {spot.line}" if spot else file.name
    return (
        f"{place}: the expectation itself is wrong, whatever the programs do:"
        f" {type(error).__name__}: {error}\nTry: mend {file.name}"
    )


def not_seen(error: BaseException, file: Path, asked: Sequence[Asked]) -> str | None:
    """Return what an expectation that broke looked for in vain; None where that is not known.

    ``asked`` is what it asked of the run, in order.
    """
    spot = _spot(error, file)
    if spot is None:
        return None
    source, words = spot.source, str(error)
    told: str | None = None
    if isinstance(error, StopIteration) or re.search("empty sequence|argument is empty", words):
        told = f"nothing was seen of what `{source}` looks for"
    elif isinstance(error, ZeroDivisionError):
        told = f"nothing was seen to divide by: a part of `{source}` is 0"
    elif isinstance(error, UnboundLocalError):
        told = f"nothing was seen that sets `{source}`: no loop came to it"
    elif isinstance(error, AttributeError | TypeError) and "NoneType" in words:
        base = getattr(spot.node, "value", None)
        told = f"`{_spelled(base)}` was not seen" if base else f"a part of `{source}` was not seen"
    elif isinstance(error, KeyError):
        told = f"{error.args[0]!r} was not seen: `{source}` has no such key"
    elif isinstance(error, IndexError):
        told = _too_few(spot, asked)
    elif isinstance(error, ValueError):
        told = _unpacked(words, spot, asked)
    return told or f"`{source}` was not to be had of what was seen: {words}"


def _too_few(spot: _Spot, asked: Sequence[Asked]) -> str:
    """Say how many there were where one of a certain number was asked for."""
    if not isinstance(spot.node, ast.Subscript):
        return f"not enough was seen for `{spot.source}`"
    base, index = spot.node.value, spot.names.get(_spelled(spot.node.slice))
    try:
        index = index if index is not None else ast.literal_eval(spot.node.slice)
    except ValueError:
        return f"not enough was seen for `{spot.source}`"
    found = _asked(base, spot, asked)
    if found is None:
        return f"`{_spelled(base)}` was too short: `{spot.source}` was asked for"
    if index < 0 or not len(found.answer):
        return found.counted(len(found.answer))
    return f"{found.counted(len(found.answer))}, and {found.noun} {index + 1} was asked for"


def _unpacked(told: str, spot: _Spot, asked: Sequence[Asked]) -> str | None:
    """Say how many there were where another number was to be named."""
    match = re.search(r"values to unpack \(expected (?:at least )?(\d+)(?:, got (\d+))?", told)
    if match is None:
        return None
    due, got = int(match[1]), int(match[2]) if match[2] else None
    is_target = isinstance(getattr(spot.node, "ctx", None), ast.Store)
    found = None if is_target else _asked(spot.node, spot, asked)
    wanted = f"{due} {'was' if due == 1 else 'were'} expected"
    if found is not None:
        seen = found.counted(len(found.answer))
        return f"{seen}, and {wanted}" if found.answer else seen
    if got == 0:
        return f"nothing was seen of what `{spot.source}` looks for, and {wanted}"
    return f"`{spot.source}` gave {'more' if got is None else got}, and {wanted}"


def _asked(base: ast.AST | None, spot: _Spot, asked: Sequence[Asked]) -> Asked | None:
    """Return the question that an expression asked, or whose answer a name stands for."""
    several = [each for each in reversed(asked) if each.noun and isinstance(each.answer, Sized)]
    if isinstance(base, ast.Name):
        value = spot.names.get(base.id)
        return next((each for each in several if each.answer is value), None)
    called = getattr(base.func if isinstance(base, ast.Call) else base, "attr", None)
    return next((each for each in several if each.name == called), None)


def _spot(error: BaseException, file: Path) -> _Spot | None:
    """Return the innermost place in the file that an error went through."""
    found: TracebackType | None = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == str(file):
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return None
    frame = found.tb_frame
    place = next(islice(frame.f_code.co_positions(), found.tb_lasti // 2, None), None)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    expressions = (node for node in ast.walk(tree) if isinstance(node, ast.expr))
    here = [node for node in expressions if _place(node) == place]
    owners = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    taken = [owner.value for owner in owners if owner.targets[0] in here]
    node = next(iter([*taken, *here]), None)
    return _Spot(file, found.tb_lineno, node, {**frame.f_globals, **frame.f_locals})


def _place(node: ast.AST) -> tuple[int | None, ...]:
    names = ("lineno", "end_lineno", "col_offset", "end_col_offset")
    return tuple(getattr(node, name, None) for name in names)


def _spelled(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
