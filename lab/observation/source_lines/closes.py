"""The lines of a source that close what it makes: by ``close()``, or at the end of a ``with``.

Python also closes what no name means any more, and no line says where. So a socket has such lines
only where the source keeps hold of it until one of them is reached.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lab.observation.source_lines.call_names import LOOK_UPS
from lab.observation.source_lines.call_order import ANY_TIME, Moment, name_of
from lab.observation.source_lines.call_site import Site

WITH = "the end of with"
"""What is told as the name of what closes there."""

_BIRTHS = frozenset({"socket", "create_server", "create_connection", "accept"})
_CLOSES_ITSELF = LOOK_UPS | {"has_dualstack_ipv6"}
"""What may make sockets that it closes before it returns: it looks up, tries, finds out."""

_NO_SOCKETS = frozenset(
    {"open", "suppress", "nullcontext", "ThreadPoolExecutor", "Lock", "RLock", "DefaultSelector"}
)
"""What can stand in a ``with`` and is no socket."""

_DOUBTFUL = frozenset(
    {
        *("makefile", "closing", "ExitStack", "AsyncExitStack", "__exit__", "dup", "fork"),
        *("setattr", "globals", "locals", "vars", "finalize"),
    }
)
_LEAVES = frozenset({"exit", "_exit", "quit", "SystemExit", "abort", "kill", "raise_signal"})


@dataclass(frozen=True)
class _Closer:
    """A place that closes sockets: those of these births (by their nodes' identity), or any."""

    site: Site
    births: frozenset[int] | None


class Closes:
    """What a program of these sources (by file; ``""`` is its own) closes, and where.

    ``moments`` are those of its calls. Where it came ``to_the_end``, each statement of the module
    has been run.
    """

    def __init__(
        self,
        trees: Mapping[str, ast.Module],
        moments: Mapping[int, Moment],
        *,
        to_the_end: bool,
    ) -> None:
        self._trees, self._moments, self._to_the_end = trees, moments, to_the_end
        self._nodes = {file: list(ast.walk(tree)) for file, tree in trees.items()}

    def of(self, made: Site) -> list[Site] | None:
        """Return where that can have been closed which was made there; None where nobody knows."""
        birth = made.node
        if birth is None or self._is_doubtful:
            return None
        found = [made] if made.name in _CLOSES_ITSELF else []
        if made.name in _BIRTHS:
            if id(birth) not in self._certain:
                return None
            found += [e.site for e in self._closers if e.births is None or id(birth) in e.births]
        return found or None

    @cached_property
    def _is_doubtful(self) -> bool:
        for node in self._all:
            if isinstance(node, ast.ImportFrom) and any(e.name == "close" for e in node.names):
                return True
            if getattr(node, "id", "") in _DOUBTFUL or getattr(node, "attr", "") in _DOUBTFUL:
                return True
            # A variable of a module may get another value from outside.
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                base = node.value
                if isinstance(base, ast.Name) and f"{base.id}.py" in self._trees:
                    return True
        return False

    @cached_property
    def _all(self) -> list[ast.AST]:
        return [node for nodes in self._nodes.values() for node in nodes]

    @cached_property
    def _births(self) -> dict[tuple[str, str], frozenset[int] | None]:
        """What each name of a file can mean: what was made there, nothing of that kind, or any."""
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        targets: set[int] = set()
        for file, nodes in self._nodes.items():
            for node in nodes:
                for name, made in _named(node):
                    targets.add(id(name))
                    found[file, name.id] |= {id(made)} if name_of(made) in _BIRTHS else set()
        others = {
            (file, name)
            for file, nodes in self._nodes.items()
            for node in nodes
            if id(node) not in targets
            for name in _bound(node)
        }
        return {key: None if key in others else frozenset(made) for key, made in found.items()}

    @cached_property
    def _closers(self) -> list[_Closer]:
        return [each for file in self._nodes for each in self._closers_of(file)]

    def _closers_of(self, file: str) -> Iterator[_Closer]:
        for node in self._nodes[file]:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "close":
                    moment = self._moments.get(id(node), ANY_TIME)
                    line = node.func.end_lineno or node.lineno
                    site = Site(line, "close", moment=moment, file=file)
                    yield _Closer(site, self._meant(file, node.func.value))
            elif isinstance(node, ast.With | ast.AsyncWith):
                for item in node.items:
                    meant = self._meant(file, item.context_expr)
                    yield _Closer(Site(node.lineno, WITH, file=file), meant)

    def _meant(self, file: str, value: ast.expr) -> frozenset[int] | None:
        """Return the births of what an expression can mean; None for any."""
        if isinstance(value, ast.Name):
            return self._births.get((file, value.id))
        made = _made_by(value)
        if made is None:
            return None
        return frozenset({id(made)}) if name_of(made) in _BIRTHS else frozenset()

    @cached_property
    def _certain(self) -> set[int]:
        """The births of what lives until a line of the source closes it."""
        shared = {
            name
            for node in self._all
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        found: set[int] = set()
        for node in self._all:
            if isinstance(node, ast.withitem) and (made := _made_by(node.context_expr)):
                found.add(id(made))
            for body in _bodies(node):
                for before, after in pairwise(body):
                    name, made = next(_named(before), (None, None))
                    if name and name.id not in shared and name.id == _entered(after)[0]:
                        found.add(id(made))
        return found | (set(self._straight(shared)) if self._to_the_end else set())

    def _straight(self, shared: set[str]) -> Iterator[int]:
        """Yield the births that the module itself names for good, and closes further down."""
        names = {getattr(e, "id", "") or getattr(e, "attr", "") for e in self._all}
        if names & _LEAVES:
            return
        counts: dict[str, int] = defaultdict(int)
        for node in self._nodes[""]:
            for name in _bound(node):
                counts[name] += 1
        open_now: dict[str, int] = {}
        for statement in _always(self._trees[""].body):
            for closed in (*_entered(statement), *_closed(statement)):
                if closed in open_now:
                    yield open_now.pop(closed)
            for target, made in _named(statement):
                if counts[target.id] == 1 and target.id not in shared:
                    open_now[target.id] = id(made)


def _made_by(value: ast.expr) -> ast.Call | None:
    """Return the call that makes what an expression is, where it can be only that."""
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        accepts = isinstance(value.value, ast.Call) and name_of(value.value) == "accept"
        return value.value if accepts and value.slice.value == 0 else None  # type: ignore[return-value]
    if isinstance(value, ast.Call) and name_of(value) in (_BIRTHS | _NO_SOCKETS) - {"accept"}:
        return value
    return None


def _named(node: ast.AST) -> Iterator[tuple[ast.Name, ast.Call]]:
    """Yield the names that a node gives to what a call in it has just made."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name() as name, *_])], value=ast.Call() as it):
            if name_of(it) == "accept":
                yield name, it
        case ast.Assign(targets=[ast.Name() as name], value=value) if made := _made_by(value):
            yield name, made
        case ast.withitem(context_expr=value, optional_vars=ast.Name() as name):
            if made := _made_by(value):
                yield name, made


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds, or takes away."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        if isinstance(found := getattr(node, field, None), list):
            yield found


def _entered(statement: ast.stmt) -> list[str]:
    """Return the name of what a ``with`` closes at its end, for each of its items; "" for none."""
    items = statement.items if isinstance(statement, ast.With) else []
    return [getattr(each.context_expr, "id", "") for each in items] or [""]


def _closed(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="close"))):
            return [name]
    return []


def _always(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that are all run where the program comes to its end."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With) and all(
            isinstance(each.context_expr, ast.Name)
            or ((made := _made_by(each.context_expr)) and name_of(made) in _BIRTHS)
            for each in statement.items
        ):
            yield from _always(statement.body)
        elif isinstance(statement, ast.Try):
            yield from _always(statement.finalbody)
