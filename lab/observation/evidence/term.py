"""An expression in a scenario's file: its value, and the expressions that gave this value."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import FunctionType
from typing import Any

UNKNOWN = object()
"""The value of an expression that cannot be had (again)."""

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp


@dataclass(frozen=True, eq=False)
class Term:
    """One expression, and what its names mean.

    ``before`` are the statements that ran before it: some of them gave the names their values.
    """

    node: ast.expr
    names: Mapping[str, Any]
    before: tuple[ast.stmt, ...] = ()
    functions: Mapping[str, ast.FunctionDef] = field(default_factory=dict)

    def at(self, node: ast.expr) -> Term:
        """Return another expression with the same names."""
        return replace(self, node=node)

    @cached_property
    def value(self) -> Any:
        """Its value, or UNKNOWN. A run does not change, so that it is the value of the first time."""
        expression = ast.fix_missing_locations(ast.Expression(self.node))
        try:
            return eval(compile(expression, "<term>", "eval"), dict(self.names))  # noqa: S307
        except Exception:
            return UNKNOWN

    @cached_property
    def settled(self) -> Term:
        """The expression behind a name, or behind the call of a helper; else this one."""
        node = self.node
        behind = None
        if isinstance(node, ast.Name):
            behind = self._given(node.id)
        elif isinstance(node, ast.Call):
            behind = self._returned(node)
        if behind is None or type(behind.value) is not type(self.value):
            return self
        if inspect.isgenerator(self.value) or behind.value == self.value:
            return behind.settled
        return self

    def element(self, index: int) -> Term:
        """Return the expression behind the element of this index in a list or the like."""
        term = self.settled
        node = term.node
        if isinstance(node, ast.List | ast.Tuple):
            if not any(isinstance(each, ast.Starred) for each in node.elts[: index + 1]):
                return term.at(node.elts[index])
        elif isinstance(node, Comprehension) and not isinstance(node, ast.SetComp):
            rows = term.rows
            if index < len(rows):
                return rows[index][1]
        elif (chosen := term.slice) is not None:
            base = term.at(node.value) if isinstance(node, ast.Subscript) else term
            return base.element(range(len(base.value))[chosen][index])
        return term.at(ast.Subscript(term.node, ast.Constant(index), ast.Load()))

    @cached_property
    def slice(self) -> Any:
        """The slice that it takes of something, or None."""
        node = self.node
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
            return None
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        return slice(*(self.at(each).value if each else None for each in ends))

    @cached_property
    def rows(self) -> list[tuple[Any, Term]]:
        """Each value that a comprehension gave, and its expression where it was that value."""
        node = self.node
        if not isinstance(node, Comprehension):
            return []
        bound = [each for loop in node.generators for each in ast.walk(loop.target)]
        names = [each.id for each in bound if isinstance(each, ast.Name)]
        keys: list[ast.expr | None] = [ast.Constant(each) for each in names]
        meant = ast.Dict(keys, [ast.Name(each, ast.Load()) for each in names])
        row = ast.Tuple([node.elt, meant], ast.Load())
        made = self.at(ast.ListComp(row, node.generators)).value
        if made is UNKNOWN:
            return []
        return [
            (value, replace(self, node=node.elt, names={**self.names, **own}))
            for value, own in made
        ]

    @property
    def is_of_a_run(self) -> bool:
        """Whether a part of it belongs to the lab, so that it may be what was seen in a run."""
        node = self.settled.node
        if isinstance(node, ast.Name):
            return type(self.value).__module__.startswith("lab.observation")
        return any(each.is_of_a_run for each in self.settled.parts())

    @property
    def is_read(self) -> bool:
        """Whether its value is as the run has it, not counted or calculated from it."""
        return isinstance(self.value, str | bytes) or isinstance(
            self.settled.node, ast.Attribute | ast.Subscript
        )

    def parts(self) -> Iterator[Term]:
        """Yield the expressions that it is made of."""
        node = self.node
        if isinstance(node, Comprehension):
            yield from (self.at(loop.iter) for loop in node.generators)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield self.at(node.func.value)
            yield from (self.at(each) for each in node.args)
        elif isinstance(node, ast.Subscript):
            yield self.at(node.value)
        elif not isinstance(node, ast.DictComp | ast.Lambda):
            yield from (
                self.at(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)
            )

    def _given(self, name: str) -> Term | None:
        """Return what a name was set to last, where an assignment says so."""
        for statement in reversed(self.before):
            if isinstance(statement, ast.Assign):
                target = statement.targets[0]
                value = self.at(statement.value)
                if isinstance(target, ast.Name) and target.id == name:
                    return value
                if isinstance(target, ast.Tuple | ast.List):
                    names = [getattr(each, "id", None) for each in target.elts]
                    if name in names and None not in names[: names.index(name)]:
                        return value.element(names.index(name))
            elif isinstance(statement, ast.For) and name in {
                each.id for each in ast.walk(statement.target) if isinstance(each, ast.Name)
            }:
                return None
        return None

    def _returned(self, call: ast.Call) -> Term | None:
        """Return what a helper in the same file returns, if it only sets names before."""
        function = inspect.unwrap(self.at(call.func).value)
        found = self.functions.get(getattr(function, "__name__", ""))
        if found is None or not isinstance(function, FunctionType):
            return None
        if function.__code__.co_firstlineno > found.lineno:
            return None
        *before, last = found.body
        if not isinstance(last, ast.Return) or last.value is None:
            return None
        if not all(isinstance(each, ast.Assign | ast.Expr) for each in before):
            return None
        try:
            given = [self.at(each).value for each in call.args]
            named = {each.arg or "": self.at(each.value).value for each in call.keywords}
            bound = inspect.signature(function).bind(*given, **named)
            bound.apply_defaults()
            names = {**function.__globals__, **bound.arguments}
            exec(compile(ast.Module(before, []), "<helper>", "exec"), names)  # noqa: S102
        except Exception:
            return None
        return replace(self, node=last.value, names=names, before=tuple(before))
