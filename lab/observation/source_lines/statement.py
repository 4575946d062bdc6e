"""Find the print() calls of a program, and the texts that each of them can print."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from lab.observation.transcript import Stream

LEAST = 3
"""Characters of its own, at least, by which a call's text is recognised."""

_ELSEWHERE = frozenset({"subprocess", "pprint", "logging", "runpy", "http", "warnings"})
"""Modules by which a program may print without print()."""

_STDOUT = frozenset({"stdout", "system", "popen", "fork", "execv", "execvp", "dup2", "print_exc"})
"""Attributes of sys, os and others by which a program may print without print()."""


@dataclass(frozen=True)
class Call:
    """One print() call: its line ``number``, its stream, and the shape of its text.

    ``shape`` has its literal texts in order, and None for each part that is known at run time only.
    """

    number: int
    stream: Stream
    shape: tuple[str | None, ...]

    @property
    def is_conclusive(self) -> bool:
        """Whether its text has words of its own."""
        return any(each is not None and len(each.strip()) >= LEAST for each in self.shape)

    @property
    def may_go_on(self) -> bool:
        """Whether it may print more than one line."""
        return None in self.shape

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        """The literal texts between the parts known at run time only; one more than those."""
        texts = [""]
        for each in self.shape:
            if each is None:
                texts.append("")
            else:
                texts[-1] += each
        # Parts without a text between them are as good as one.
        return (texts[0], *filter(None, texts[1:-1]), *texts[1:][-1:])

    def gives(self, line: str) -> bool:
        """Tell whether it can print this line, and only this."""
        first, *inner = self._texts
        if not inner:
            return line == first
        last = inner.pop()
        at, end = len(first), len(line) - len(last)
        if at > end or not (line.startswith(first) and line.endswith(last)):
            return False
        # The leftmost place of each text leaves the most room for those behind it.
        for text in inner:
            found = line.find(text, at, end)
            if found < 0:
                return False
            at = found + len(text)
        return True

    def begins(self, line: str) -> bool:
        """Tell whether it can print this line, and go on."""
        return self.may_go_on and line.startswith(self.shape[0] or "")


def steps(calls: Collection[Call], line: str) -> int:
    """Return how much work it is to compare calls with a line, in steps of a budget."""
    return len(calls) * (8 + len(line) // 64) + sum(4 * len(call.shape) for call in calls)


@dataclass(frozen=True)
class Prints:
    """A program's print() calls; ``others`` is True if it may print by other means, too.

    ``main`` has the calls that are statements of the module itself, by the identity of the node;
    ``anywhere`` has the others, which may be called at any time.
    """

    main: dict[int, Call]
    anywhere: tuple[Call, ...]
    others: bool

    @property
    def every(self) -> tuple[Call, ...]:
        """All print() calls."""
        return (*self.main.values(), *self.anywhere)


def prints_of(tree: ast.Module) -> Prints | None:
    """Return a program's print() calls; None if one may end its text without a newline."""
    main: dict[int, Call] = {}
    for statement in _statements(tree.body):
        value = statement.value if isinstance(statement, ast.Expr) else None
        if value is not None and _is_print(value):
            main[id(value)] = _call(value)
    calls = [node for node in ast.walk(tree) if _is_print(node)]
    if any(keyword.arg in ("end", None) for call in calls for keyword in call.keywords):  # type: ignore[attr-defined]
        return None
    anywhere = tuple(_call(node) for node in calls if id(node) not in main)
    return Prints(main, anywhere, _others(tree, calls))


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that a module itself runs, nested ones included."""
    found: list[ast.stmt] = []
    for each in body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        found.append(each)
        for name in ("body", "orelse", "finalbody"):
            found += _statements(getattr(each, name, None) or [])
        for inner in (*getattr(each, "handlers", ()), *getattr(each, "cases", ())):
            found += _statements(inner.body)
    return found


def _is_print(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )


def _call(node: ast.AST) -> Call:
    if not isinstance(node, ast.Call):
        raise TypeError("no call")
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    file = keywords.get("file")
    stream: Stream = "stderr" if file is not None and "stderr" in ast.unparse(file) else "stdout"
    sep = keywords.get("sep")
    between: tuple[str | None, ...] = (" ",) if sep is None else _shape(sep)
    shape: list[str | None] = []
    for index, argument in enumerate(node.args):
        shape += [*(between if index else ()), *_shape(argument)]
    return Call(node.lineno, stream, tuple(shape))


def _shape(node: ast.expr) -> tuple[str | None, ...]:
    if isinstance(node, ast.Constant) and "\n" not in str(node.value):
        return (str(node.value),)
    if isinstance(node, ast.JoinedStr):
        return tuple(part for value in node.values for part in _shape(value))
    return (None,)


def _others(tree: ast.Module, calls: list[ast.AST]) -> bool:
    """Tell whether a program may print by other means than print()."""
    called = {id(call.func) for call in calls if isinstance(call, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and _ELSEWHERE & {
            each.name.partition(".")[0] for each in node.names
        }:
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _ELSEWHERE:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _STDOUT:
            return True
        if isinstance(node, ast.Name) and node.id in ("exec", "eval", "input"):
            return True
        if isinstance(node, ast.Name) and node.id == "print" and id(node) not in called:
            return True
    return False
