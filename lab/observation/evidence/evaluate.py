"""The terms of an assertion, asked one by one for the place in the run that they speak of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lab.observation.evidence.conversations import behind
from lab.observation.evidence.locate import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.spelling import NOTHING_MORE, first_difference, spelled
from lab.observation.observation import HostObservation
from lab.observation.transcript import Transcript
from lab.wire.conversation import Conversation

UNKNOWN = object()
"""What a term is worth that cannot be had."""

DEPTH = 4
"""Names that stand for terms that stand for terms: how many in a row are followed."""

_KEEPS_ORDER = ("list", "tuple", "iter")
_NEVER = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


class Asking:
    """What the names of one failed assertion mean, and how they came to mean it."""

    def __init__(
        self, places: Places, names: Mapping[str, Any], assigned: Mapping[str, ast.expr]
    ) -> None:
        self._places = places
        self._names = {name: value for name, value in names.items() if not name.startswith("@")}
        self._assigned = assigned

    def why(self, test: ast.expr) -> list[Pointer]:
        """Return why an asserted term is not true."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for each in test.values:
                if not self.value(each):
                    return self.why(each)
        if isinstance(test, ast.Compare):
            left = test.left
            for operator, right in zip(test.ops, test.comparators, strict=True):
                if not self._holds(left, operator, right):
                    return self._compared(left, operator, right)
                left = right
        inner = test.operand if isinstance(test, ast.UnaryOp) else test
        return self._culprit(inner, wanted=inner is test) or self.within(test)

    def value(self, node: ast.expr) -> Any:
        """Return what a term is worth, or UNKNOWN."""
        if any(isinstance(each, _NEVER) for each in ast.walk(node)):
            return UNKNOWN
        try:
            code = compile(ast.fix_missing_locations(ast.Expression(node)), "<again>", "eval")
            return eval(code, dict(self._names))  # noqa: S307 - the teacher's own words, again
        except Exception:
            return UNKNOWN

    def within(self, node: ast.AST) -> list[Pointer]:
        """Return the places of a term's parts, the most telling ones."""
        terms = [each for each in _outermost_first(node) if isinstance(each, ast.expr)]
        values = [self.value(each) for each in terms]
        known = list(zip(terms, values, strict=True))
        ways = (
            (self._places.of(value) for value in values),
            (self._places.said(value) for value in values if isinstance(value, str | bytes)),
            (self._of_host(each, UNKNOWN) for each in terms if isinstance(each, ast.Attribute)),
            (self._whole(value) for value in values),
            (self._from_name(each) for each, value in known if value is not UNKNOWN),
        )
        return next((found for way in ways for found in way if found), [])

    def _whole(self, value: object) -> list[Pointer]:
        """Return the end of a program or of a conversation."""
        if isinstance(value, Transcript):
            return self._places.end(value)
        if isinstance(value, Conversation):
            return self._places.number(value, value.packets[-1].number)
        return []

    def _from_name(self, node: ast.expr) -> list[Pointer]:
        """Return the places of what a name was given."""
        if not isinstance(node, ast.Name) or node.id not in self._assigned:
            return []
        others = {name: term for name, term in self._assigned.items() if name != node.id}
        return Asking(self._places, self._names, others).within(self._assigned[node.id])

    def _holds(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> bool:
        return bool(self.value(ast.Compare(left, [operator], [right])) is True)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> list[Pointer]:
        seen, due = left, right
        constant = not any(isinstance(each, ast.Name) for each in ast.walk(left))
        if constant or isinstance(operator, ast.In):
            seen, due = right, left
        wanted = self.value(due)
        if isinstance(operator, ast.In):
            return self._missing(seen, wanted)
        if isinstance(operator, ast.Eq | ast.Is):
            words = spelled(wanted)
            found = self._parted(seen, wanted, DEPTH) or self.within(seen)
            return [each if each.due else replace(each, due=words) for each in found]
        return self.within(seen) or self.within(due)

    def _missing(self, seen: ast.expr, wanted: object) -> list[Pointer]:
        """Return where something should have been among what was seen."""
        base = self._followed(seen, DEPTH)
        if isinstance(base, ast.Attribute) and isinstance(wanted, str):
            by = self.value(base.value)
            if isinstance(by, HostObservation | Transcript) and base.attr in ("stdout", "stderr"):
                return self._places.printed(
                    by, base.attr, len(by.stdout + by.stderr), spelled(wanted)
                )
        return [replace(each, due=spelled(wanted)) for each in self.within(seen)]

    def _followed(self, node: ast.expr, depth: int) -> ast.expr:
        """Return the term that a name stands for."""
        while depth and isinstance(node, ast.Name) and node.id in self._assigned:
            node, depth = self._assigned[node.id], depth - 1
        return node

    def _parted(self, node: ast.expr, due: object, depth: int) -> list[Pointer]:
        """Return where what a term is worth parts from what is due."""
        node = self._followed(node, depth)
        seen = self.value(node)
        if depth == 0 or due is UNKNOWN or seen is UNKNOWN:
            return []
        if isinstance(node, ast.Attribute):
            return self._of_host(node, due) or self._of_talk(node, seen, due)
        if isinstance(node, ast.Subscript):
            return self._of_part(node, seen, due)
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
            return self._of_call(node.func.id, node.args[0], due, depth)
        if isinstance(seen, list | tuple) and isinstance(due, list | tuple):
            return self._of_items(node, seen, due, depth)
        return []

    def _of_call(self, name: str, term: ast.expr, due: object, depth: int) -> list[Pointer]:
        if name == "len":
            return self._of_number(term, due)
        return self._parted(term, due, depth - 1) if name in _KEEPS_ORDER else []

    def _of_host(self, node: ast.Attribute, due: object) -> list[Pointer]:
        by = self.value(node.value)
        if not isinstance(by, HostObservation | Transcript):
            return []
        if node.attr in ("exit_status", "error", "failure"):
            return self._places.end(by, spelled(due) if due is not UNKNOWN else "")
        if node.attr not in ("stdout", "stderr"):
            return []
        if isinstance(due, list | tuple):
            found = first_difference(getattr(by, node.attr), due)
            return self._places.printed(by, node.attr, *found) if found else []
        return self._places.printed(by, node.attr, 0, "")

    def _of_talk(self, node: ast.Attribute, seen: object, due: object) -> list[Pointer]:
        talk = self.value(node.value)
        if isinstance(talk, Conversation):
            return behind(self._places, talk, node.attr, seen, due)
        return []

    def _of_part(self, node: ast.Subscript, seen: object, due: object) -> list[Pointer]:
        """Return the place of ``lines[1]``, or of where ``lines[1:]`` parts from what is due."""
        base = self._followed(node.value, DEPTH)
        by = self.value(base.value) if isinstance(base, ast.Attribute) else None
        if not isinstance(base, ast.Attribute) or not isinstance(by, HostObservation | Transcript):
            return self._places.of(seen)
        lines = self.value(base)
        if base.attr not in ("stdout", "stderr") or not isinstance(lines, list):
            return []
        if isinstance(node.slice, ast.Slice):
            found = first_difference(seen, due) if isinstance(due, list) else None  # type: ignore[arg-type]
            first = self.value(node.slice.lower) if node.slice.lower else 0
            if found is None or not isinstance(first, int):
                return []
            start = range(len(lines))[first:].start
            return self._places.printed(by, base.attr, start + found[0], found[1])
        index = self.value(node.slice)
        if not isinstance(index, int):
            return []
        return self._places.printed(by, base.attr, index % (len(lines) or 1), spelled(due))

    def _of_number(self, counted: ast.expr, due: object) -> list[Pointer]:
        """Return the first one too many; the last one where they are too few."""
        items = self.value(counted)
        if not isinstance(items, Sequence) or not isinstance(due, int) or not items:
            return []
        if isinstance(counted, ast.Attribute) and self._of_host(counted, UNKNOWN):
            words = NOTHING_MORE if len(items) > due else f"{due} lines"
            return self._places.printed(self.value(counted.value), counted.attr, due, words)
        if len(items) > due:
            return [replace(each, due=NOTHING_MORE) for each in self._places.of(items[due])]
        return [replace(each, due=f"{due} of these") for each in self._places.of(items[-1])]

    def _of_items(
        self, node: ast.expr, seen: Sequence[Any], due: Sequence[Any], depth: int
    ) -> list[Pointer]:
        found = first_difference(seen, due)
        if found is None:
            return []
        index, words = found
        if isinstance(node, ast.Tuple | ast.List) and index < min(len(node.elts), len(due)):
            term = node.elts[index]
            return self._parted(term, due[index], depth - 1) or self.within(term)
        sources: Any = seen
        if isinstance(node, ast.ListComp):
            sources = self._sources(node)
        if not isinstance(sources, list | tuple) or not sources:
            return []
        source = sources[min(index, len(sources) - 1)]
        places = self._places.of(source)
        if not places and isinstance(source, str):
            places = self._places.said(source)
        return [replace(each, due=words) for each in places]

    def _sources(self, node: ast.ListComp) -> Any:
        """Return what the items of a list were made of: ``event`` in ``[event.label for …]``."""
        target = node.generators[0].target
        if not isinstance(target, ast.Name):
            return UNKNOWN
        return self.value(ast.ListComp(ast.Name(target.id, ast.Load()), node.generators))

    def _culprit(self, node: ast.expr, *, wanted: bool) -> list[Pointer]:
        """Return the first item for which ``all(…)`` is not true, or ``any(…)`` is."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return []
        if node.func.id != ("all" if wanted else "any") or len(node.args) != 1:
            return []
        every = node.args[0]
        if not isinstance(every, ast.GeneratorExp | ast.ListComp):
            return []
        sources = self._sources(ast.ListComp(every.elt, every.generators))
        truths = self.value(ast.ListComp(every.elt, every.generators))
        if sources is UNKNOWN or truths is UNKNOWN:
            return []
        for source, truth in zip(sources, truths, strict=True):
            if bool(truth) is not wanted:
                return self._places.of(source) or self._places.said(source)
        return []


def _outermost_first(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a term and its parts, level by level, each level from the left."""
    level = [node]
    while level:
        yield from level
        level = [child for each in level for child in ast.iter_child_nodes(each)]
