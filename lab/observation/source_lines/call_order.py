"""The order of a program's statements, as far as it tells which line made a call.

A statement of the module itself runs once, behind those above it; loops run again, and functions
whenever they are called.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_AGAIN = (ast.For, ast.AsyncFor, ast.While, ast.Match)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Moment:
    """When a call of the source can run: its number in the module's order, and whether again.

    The number is None where it can run at any time.
    """

    number: int | None = None
    again: bool = False


ANY_TIME = Moment()


@dataclass(frozen=True)
class Option:
    """One of the lines that can have made a call; ``uses_up``: it makes no other such call.

    ``goes_on`` says that it made the call before this one as well, and had not done with it.
    """

    moment: Moment
    uses_up: bool = False
    goes_on: bool = False

    @property
    def latest(self) -> float:
        """The latest state in which this can come next: a line not yet reached, or not used up."""
        if self.moment.number is None:
            return math.inf
        may_follow_itself = self.moment.again or not self.uses_up or self.goes_on
        return 2 * self.moment.number + may_follow_itself

    def after(self, state: float) -> float:
        """Return the earliest state behind it."""
        if self.moment.number is None:
            return state
        return 2 * self.moment.number + (self.uses_up and not self.moment.again)


def moments(tree: ast.Module, names: frozenset[str]) -> dict[int, Moment]:
    """Return when the calls of these names can run, by the identity of their nodes."""
    numbers = count()
    found: dict[int, Moment] = {}
    for part in _parts(tree.body):
        nodes = list(_run_by(part))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        named = [node for node in calls if name_of(node) in names]
        again = len(named) > 1 or any(isinstance(each, _AGAIN + _COMPREHENSIONS) for each in nodes)
        moment = Moment(next(numbers), again)
        found.update({id(node): moment for node in named})
    return found


def possible(calls: Sequence[Sequence[Option]]) -> list[list[bool]]:
    """Return for each call of a thread which of its options the order of all of them leaves.

    Where it leaves a call none, something is not as it seems: then it says nothing.
    """
    before: list[float] = []
    state: float = -1
    for options in calls:
        before.append(state)
        state = min((o.after(state) for o in options if state <= o.latest), default=math.inf)
    kept: list[list[bool]] = []
    highest: float = math.inf
    for options, lowest in zip(reversed(calls), reversed(before), strict=True):
        kept.append([lowest <= o.latest and o.after(lowest) <= highest for o in options])
        ways = (_highest(o, highest) for o, can in zip(options, kept[-1], strict=True) if can)
        highest = max(ways, default=-math.inf)
    if not all(map(any, kept)):
        return [[True] * len(options) for options in calls]
    return kept[::-1]


def _highest(option: Option, after: float) -> float:
    """Return the highest state before an option, where the state behind it is no higher."""
    return after if option.moment.number is None else option.latest


def _parts(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Yield statements, and the heads of those that have others within, in the order of the run."""
    for statement in body:
        match statement:
            case ast.With() | ast.AsyncWith():
                yield from statement.items
                yield from _parts(statement.body)
            case ast.If():
                yield statement.test
                yield from _parts([*statement.body, *statement.orelse])
            case ast.Try() | ast.TryStar():
                yield from _parts(statement.body)
                for handler in statement.handlers:
                    yield from _parts(handler.body)
                yield from _parts([*statement.orelse, *statement.finalbody])
            case _:
                yield statement


def _run_by(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a part of the module runs by itself: nothing within a function."""
    if isinstance(node, _LATER):
        return
    yield node
    for each in ast.iter_child_nodes(node):
        yield from _run_by(each)


def name_of(call: ast.Call) -> str:
    """Return the name by which a source calls: the last one, where it has dots."""
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")
