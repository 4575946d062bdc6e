"""The places of a source that read from a socket as from a file, which ``makefile()`` made."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

READS = frozenset(
    {"read", "read1", "readinto", "readinto1", "readline", "readlines", "peek", "__next__"}
)
"""Methods of a file that may receive."""

_OTHERS = frozenset({"write", "writelines", "flush", "close"})

_SCOPES = frozenset({"globals", "locals", "vars"})
"""What finds a variable without its name."""


def file_reads(nodes: Sequence[ast.AST]) -> list[tuple[ast.AST, int, str]] | None:
    """Return the places that may read from such a file: node, line, and the method or ``for``.

    None where a file may be read in a place that its name does not show: it is handed on, kept in
    an attribute, or has a second name.
    """
    uses = _Uses(nodes)
    try:
        return [*uses.of_makers(), *uses.of_names()]
    except _Hidden:
        return None


class _Hidden(Exception):
    """A file is used in a way that may be followed by any other."""


class _Uses:
    """How a source uses the files that it makes of sockets."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._nodes = nodes
        self._parents = {id(e): node for node in nodes for e in ast.iter_child_nodes(node)}
        self._names: set[str] = set()

    def of_makers(self) -> Iterator[tuple[ast.AST, int, str]]:
        """Yield where a file is read as soon as it is made, and note the names of all others."""
        for node in self._nodes:
            if isinstance(node, ast.Name) and node.id in _SCOPES:
                raise _Hidden
            if not isinstance(node, ast.Attribute) or node.attr != "makefile":
                continue
            call = self._parents[id(node)]
            if not isinstance(call, ast.Call) or call.func is not node:
                raise _Hidden
            match parent := self._parents[id(call)]:
                case ast.withitem(optional_vars=ast.Name(id=name)):
                    self._names.add(name)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    self._names.add(name)
                case _:
                    yield from self._read(call, parent)

    def of_names(self) -> Iterator[tuple[ast.AST, int, str]]:
        """Yield where a file is read by its name."""
        for node in self._nodes:
            is_file = isinstance(node, ast.Name) and node.id in self._names
            if is_file and isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                yield from self._read(node, self._parents[id(node)])

    def _read(self, file: ast.AST, parent: ast.AST) -> Iterator[tuple[ast.AST, int, str]]:
        """Yield what an expression does with a file; raises _Hidden where that is not known."""
        if isinstance(parent, ast.For | ast.comprehension) and parent.iter is file:
            whole = parent if isinstance(parent, ast.For) else self._parents[id(parent)]
            # Python's versions place the step of a loop at one of these.
            for line in {parent.iter.lineno, parent.target.lineno, *_first_lines(whole)}:
                yield file, line, "for"
        elif isinstance(parent, ast.withitem) and parent.optional_vars is None:
            return
        elif isinstance(parent, ast.Attribute) and parent.attr in READS | _OTHERS:
            call = self._parents[id(parent)]
            if not isinstance(call, ast.Call) or call.func is not parent:
                raise _Hidden
            if parent.attr in READS:
                yield call, parent.end_lineno or parent.lineno, parent.attr
        else:
            raise _Hidden


def _first_lines(node: ast.AST) -> set[int]:
    """Return where a loop begins, and a comprehension its element."""
    inside = [getattr(node, name, None) for name in ("elt", "key")]
    return {each.lineno for each in (node, *inside) if isinstance(each, ast.expr | ast.stmt)}
