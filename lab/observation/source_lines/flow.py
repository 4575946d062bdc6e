"""The orders in which a program can reach its print() calls, as a graph of places in it.

The graph has every path that a program can take, and some that it cannot. So a call that is the
only one to explain a line has no rival in the program either.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from lab.observation.source_lines.budget import Budget
from lab.observation.source_lines.statement import Call, Prints, steps
from lab.observation.transcript import Stream

_SWALLOWS = ("suppress", "ExitStack", "raises")
_LEAVES = ("exit", "_exit", "quit", "SystemExit")


@dataclass
class Flow:
    """Numbered places in a program, and the steps between them: silent ones, and print() calls.

    The program may end at each place in ``ends``. Calls in ``anywhere`` may happen at each place.
    ``goes_on`` has the call that may print further lines at a place.
    """

    steps: dict[int, set[int]] = field(default_factory=dict)
    prints: list[tuple[int, Call, int]] = field(default_factory=list)
    goes_on: dict[int, Call] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    anywhere: tuple[Call, ...] = ()
    places: int = 1

    def place(self) -> int:
        """Return a new place."""
        self.places += 1
        return self.places - 1

    def step(self, start: int, stop: int) -> None:
        """Add a step that prints nothing."""
        self.steps.setdefault(start, set()).add(stop)

    def candidates(self, lines: Sequence[str], stream: Stream, budget: Budget) -> list[set[Call]]:
        """Return for each line of a stream the calls that can have printed it.

        A line with a call's own words is never another call's second line. Raises OverBudget.
        """
        own = [each for each in self.prints if each[1].stream == stream]
        onward = _closed(self, [each for each in self.prints if each[1].stream != stream], budget)
        loose = [call for call in self.anywhere if call.stream == stream]
        words = [call for _, call, _ in own if call.is_conclusive]
        words += [call for call in loose if call.is_conclusive]
        longer = {place: call for place, call in self.goes_on.items() if call.stream == stream}
        before = [onward[0]]
        taken = []
        for text in lines:
            here = [move for move in own if move[0] in before[-1]]
            budget.take(len(own) + len(loose) * len(before[-1]) + len(longer))
            budget.take(steps(words, text) + steps([call for _, call, _ in here], text))
            clear = any(call.gives(text) for call in words)
            moves = [move for move in here if _fits(move[1], text, clear=clear)]
            for call in loose:
                if _fits(call, text, clear=clear):
                    moves += [(place, call, place) for place in before[-1]]
            if not clear:
                moves += [
                    (place, call, place) for place, call in longer.items() if place in before[-1]
                ]
            taken.append(moves)
            stops = {stop for _, _, stop in moves}
            budget.take(sum(len(onward[stop]) for stop in stops))
            before.append(set().union(*(onward[stop] for stop in stops)))
        # Go back from the end, and drop the steps that cannot lead to it.
        alive = before[-1] & self.ends
        found: list[set[Call]] = []
        for moves in reversed(taken):
            budget.take(sum(min(len(onward[stop]), len(alive)) + 1 for _, _, stop in moves))
            led = [move for move in moves if not onward[move[2]].isdisjoint(alive)]
            found.append({call for _, call, _ in led})
            alive = {start for start, _, _ in led}
        return found[::-1]


def _fits(call: Call, text: str, *, clear: bool) -> bool:
    return call.gives(text) or (not clear and call.begins(text))


def _closed(graph: Flow, silent: list[tuple[int, Call, int]], budget: Budget) -> list[set[int]]:
    """Return for each place the places that silent steps lead to."""
    steps = {place: set(stops) for place, stops in graph.steps.items()}
    for start, _, stop in silent:
        steps.setdefault(start, set()).add(stop)
    closed = []
    for place in range(graph.places):
        seen, waiting = {place}, [place]
        while waiting:
            onward = steps.get(waiting.pop(), ())
            budget.take(1 + len(onward))
            for stop in onward:
                if stop not in seen:
                    seen.add(stop)
                    waiting.append(stop)
        closed.append(seen)
    return closed


def flow(tree: ast.Module, prints: Prints, *, cut_short: bool) -> Flow:
    """Return the graph of a program; with ``cut_short`` it may have ended at each place."""
    graph = Flow(anywhere=prints.anywhere)
    maker = _Maker(graph, prints)
    last = maker.body(tree.body, 0)
    leaves = any(
        (isinstance(node, ast.Name) and node.id in _LEAVES)
        or (isinstance(node, ast.Attribute) and node.attr in _LEAVES)
        for node in ast.walk(tree)
    )
    graph.ends = set(range(graph.places)) if cut_short or leaves else {last}
    return graph


class _Maker:
    """Build the graph of a program, statement by statement."""

    def __init__(self, graph: Flow, prints: Prints) -> None:
        self._graph = graph
        self._prints = prints
        self._loops: list[tuple[int, int]] = []
        self._handlers: list[list[int]] = []

    def body(self, statements: Sequence[ast.stmt], start: int) -> int:
        """Add statements that begin at a place; return the place behind them."""
        for statement in statements:
            self._may_fail(start)
            start = self._one(statement, start)
            self._may_fail(start)
        return start

    def _may_fail(self, place: int) -> None:
        for handlers in self._handlers:
            for handler in handlers:
                self._graph.step(place, handler)

    def _one(self, statement: ast.stmt, start: int) -> int:
        match statement:
            case ast.Expr(value) if id(value) in self._prints.main:
                return self._print(self._prints.main[id(value)], start)
            case ast.If():
                stop = self._joined([statement.body, statement.orelse], start)
            case ast.Match():
                stop = self._joined([*(case.body for case in statement.cases), []], start)
            case ast.For() | ast.AsyncFor() | ast.While():
                stop = self._loop(statement, start)
            case ast.With() | ast.AsyncWith():
                stop = self._with(statement, start)
            case ast.Try() | ast.TryStar():
                stop = self._try(statement, start)
            case ast.Break() | ast.Continue() if self._loops:
                self._graph.step(start, self._loops[-1][isinstance(statement, ast.Break)])
                stop = self._graph.place()
            case _:
                stop = start
        return stop

    def _print(self, call: Call, start: int) -> int:
        stop = self._graph.place()
        self._graph.prints.append((start, call, stop))
        if not call.may_go_on:
            return stop
        self._graph.goes_on[stop] = call
        behind = self._graph.place()
        self._graph.step(stop, behind)
        return behind

    def _joined(self, bodies: Sequence[Sequence[ast.stmt]], start: int) -> int:
        stop = self._graph.place()
        for body in bodies:
            self._graph.step(self.body(body, start), stop)
        return stop

    def _loop(self, loop: ast.For | ast.AsyncFor | ast.While, start: int) -> int:
        graph = self._graph
        again, behind = graph.place(), graph.place()
        graph.step(start, again)
        self._loops.append((again, behind))
        graph.step(self.body(loop.body, again), again)
        self._loops.pop()
        graph.step(self.body(loop.orelse, again), behind)
        return behind

    def _with(self, block: ast.With | ast.AsyncWith, start: int) -> int:
        swallows = any(
            name in ast.unparse(item.context_expr) for item in block.items for name in _SWALLOWS
        )
        if not swallows:
            return self.body(block.body, start)
        behind = self._graph.place()
        self._handlers.append([behind])
        self._graph.step(self.body(block.body, start), behind)
        self._handlers.pop()
        return behind

    def _try(self, block: ast.Try | ast.TryStar, start: int) -> int:
        graph = self._graph
        final = graph.place()
        entries = [graph.place() for _ in block.handlers]
        self._handlers.append([*entries, final])
        stop = self.body(block.body, start)
        self._handlers.pop()
        self._handlers.append([final])
        graph.step(self.body(block.orelse, stop), final)
        for handler, entry in zip(block.handlers, entries, strict=True):
            graph.step(self.body(handler.body, entry), final)
        self._handlers.pop()
        stop = self.body(block.finalbody, final)
        if block.finalbody:
            # A break or a continue runs this block, too, on its way out.
            for again, behind in self._loops:
                graph.step(stop, again)
                graph.step(stop, behind)
        return stop
