"""An expression in a scenario's file: its value, and the expressions that gave this value."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

UNKNOWN = object()
"""The value of an expression that cannot be had (again)."""

_OF_A_RUN = ("lab.observation", "lab.wire.conversation", "lab.wire.packet")


@dataclass(frozen=True, eq=False)
class Term:
    """One expression, and what its names mean.

    ``before`` are the statements before it: some of them gave names their values. ``functions``
    are those of the file, by name.
    """

    node: ast.expr
    names: Mapping[str, Any]
    before: tuple[ast.stmt, ...]
    functions: Mapping[str, ast.FunctionDef]

    def at(self, node: ast.expr, **more: Any) -> Term:
        """Return another expression with the same names, and more."""
        return replace(self, node=node, names={**self.names, **more})

    @cached_property
    def value(self) -> Any:
        """Its value, or UNKNOWN. A run does not change: the value is that of the first time."""
        expression = ast.fix_missing_locations(ast.Expression(self.node))
        try:
            return eval(compile(expression, "<term>", "eval"), dict(self.names))  # noqa: S307
        except Exception:
            return UNKNOWN

    @cached_property
    def settled(self) -> Term:
        """The expression behind a name, or behind the call of a helper; else this one."""
        node, behind = self.node, None
        if isinstance(node, ast.Name):
            behind = self._given(node.id)
        elif isinstance(node, ast.Call):
            behind = self._returned(node)
        return self if behind is None or behind.value != self.value else behind.settled

    @property
    def is_of_a_run(self) -> bool:
        """Whether it was made of something that belongs to a run."""
        kind = type(self.value).__module__
        return kind.startswith(_OF_A_RUN) or any(each.is_of_a_run for each in self.settled.parts())

    def element(self, index: int) -> Term:
        """Return the expression behind the element of this index in a list or the like."""
        term = self.settled
        node, rows = term.node, term.rows
        if isinstance(node, ast.List | ast.Tuple):
            if not any(isinstance(each, ast.Starred) for each in node.elts[: index + 1]):
                return term.at(node.elts[index])
        elif isinstance(node, ast.ListComp) and index < len(rows):
            return rows[index][1]
        for value, row in rows:
            if value == self.value[index]:
                return row
        return term.at(ast.Subscript(node, ast.Constant(index), ast.Load()))

    def base(self, at: int | None) -> tuple[Term, int | None] | None:
        """Return what a subscript takes something of, and the index there of what it takes.

        If it takes a slice, the index is that of the slice's element ``at``.
        """
        if not isinstance(self.node, ast.Subscript):
            return None
        base = self.at(self.node.value)
        if not isinstance(base.value, list | tuple | bytes):
            return base, None
        indices = range(len(base.value))
        taking = ast.Subscript(ast.Name("_all", ast.Load()), self.node.slice, ast.Load())
        taken = self.at(taking, _all=indices).value
        if isinstance(taken, range) and at is not None:
            return base, taken[at] if at < len(taken) else len(indices)
        return base, taken if isinstance(taken, int) else None

    @cached_property
    def rows(self) -> list[tuple[Any, Term]]:
        """Each value that a comprehension gave, and its expression where it was that value.

        Those of a call that takes a comprehension are the same: ``max``, ``set``, ``sorted``.
        """
        node = self.node
        if isinstance(node, ast.Call) and len(node.args) == 1:
            return self.at(node.args[0]).settled.rows
        if not isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return []
        row = ast.parse("(_, {**locals()})", mode="eval").body
        row.elts[0] = node.elt  # type: ignore[attr-defined]
        made = self.at(ast.ListComp(row, node.generators)).value
        return [(value, self.at(node.elt, **own)) for value, own in made] if made != UNKNOWN else []

    def parts(self) -> Iterator[Term]:
        """Yield the expressions that it is made of."""
        node = self.node
        inside = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            inside = [node.func.value, *node.args]
        elif hasattr(node, "generators"):
            inside = [loop.iter for loop in node.generators]
        yield from (self.at(each) for each in inside if isinstance(each, ast.expr))

    def _given(self, name: str) -> Term | None:
        """Return what a name was set to last, where an assignment says so."""
        for index, statement in reversed(list(enumerate(self.before))):
            if isinstance(statement, ast.Assign):
                target = statement.targets[0]
                value = replace(self, node=statement.value, before=self.before[:index])
                if isinstance(target, ast.Name) and target.id == name:
                    return value
                names = [getattr(each, "id", None) for each in getattr(target, "elts", ())]
                if name in names and isinstance(value.value, list | tuple):
                    return value.element(names.index(name))
        return None

    def _returned(self, call: ast.Call) -> Term | None:
        """Return what a helper in the same file returns at its end."""
        function = self.at(call.func).value
        found = self.functions.get(getattr(function, "__name__", ""))
        if found is None or getattr(function, "__module__", "") != self.names.get("__name__"):
            return None
        *before, last = found.body
        if not isinstance(last, ast.Return) or last.value is None:
            return None
        try:
            given = [self.at(each).value for each in call.args]
            named = {each.arg or "": self.at(each.value).value for each in call.keywords}
            bound = inspect.signature(function).bind(*given, **named)
            bound.apply_defaults()
            names = {**self.names, **bound.arguments}
            exec(compile(ast.Module(before, []), "<helper>", "exec"), names)  # noqa: S102
        except Exception:
            return None
        return replace(self, node=last.value, names=names, before=tuple(before))
