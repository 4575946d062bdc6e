"""The lines of a program's source that can have made a call, from source and calls alone.

The program is neither run nor changed for it. The line that made a call is always among those that
are named; where the source leaves a doubt about that, none is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lab.observation.calls.call import Call
from lab.observation.source_lines.budget import MOST_STEPS, Budget, OverBudget
from lab.observation.source_lines.call_names import (
    ALL,
    DOUBTFUL,
    FUNCTIONS,
    LOOK_UPS,
    MAKERS,
    ONCE,
    PLAIN,
)
from lab.observation.source_lines.call_order import ANY_TIME, Option, moments, possible
from lab.observation.source_lines.call_site import Site, is_whole, pattern_of, port_of
from lab.observation.source_lines.file_reads import READS, file_reads

DNS_PORT = 53

STEPS_EACH = 12
"""Steps of a budget that it takes to find out whether one call of a source is the one."""

_RECEIVES = frozenset({"recv", "recvfrom", "recvmsg", "read"})
_SENDS = frozenset({"send", "sendto", "sendmsg", "write", "sendfile"})


def located(calls: Sequence[Call], source: bytes) -> tuple[Call, ...]:
    """Return calls with the lines of a source that can have made them, and the name used there."""
    try:
        return _located(calls, _Source(ast.parse(source), Budget(MOST_STEPS)))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverBudget):
        return tuple(calls)  # Python reads deep nesting by recursion, and says so in each of these.


def _located(calls: Sequence[Call], sites: _Source) -> tuple[Call, ...]:
    found: list[_Found] = []
    cut_short = set[tuple[int, int]]()
    for call in calls:
        where = call.thread, call.socket.number if call.socket else 0
        goes_on = where in cut_short and call.name in _SENDS
        found.append(_Found(call, sites.able(call, goes_on=goes_on), goes_on=goes_on))
        if call.name in _SENDS:
            (cut_short.discard if is_whole(call) else cut_short.add)(where)
    for thread in {each.call.thread for each in found}:
        _narrow([each for each in found if each.call.thread == thread and each.able])
    return tuple(each.told for each in found)


@dataclass
class _Found:
    """A call, and where it can have been made; ``goes_on`` as in :meth:`Site.fits`."""

    call: Call
    able: list[Site]
    goes_on: bool

    @property
    def told(self) -> Call:
        lines = tuple(sorted({each.line for each in self.able}))
        names = {each.name for each in self.able}
        method = names.pop() if len(names) == 1 else ""
        return replace(self.call, lines=lines, method=method) if lines else self.call

    def option(self, site: Site) -> Option:
        uses_up = site.name in ONCE and self.call.error is None
        return Option(site.moment, uses_up, self.goes_on)


def _narrow(made: list[_Found]) -> None:
    """Leave those sites of one thread's calls that the order of the calls leaves."""
    for each in made:
        if each.call.thread != each.call.pid:  # a thread runs functions, and not the module
            own = [site for site in each.able if site.moment.number is None]
            each.able = own or each.able
    kept = possible([[each.option(site) for site in each.able] for each in made])
    for each, can in zip(made, kept, strict=True):
        each.able = [site for site, is_left in zip(each.able, can, strict=True) if is_left]


class _Source:
    """What a source can call, and which of it is hidden."""

    def __init__(self, tree: ast.Module, budget: Budget) -> None:
        self._budget = budget
        self._nodes = list(ast.walk(tree))
        self._moments = moments(tree, ALL | READS)
        calls = [node for node in self._nodes if isinstance(node, ast.Call)]
        self._sites = [site for node in calls if (site := self._site(node)) is not None]

    def able(self, call: Call, *, goes_on: bool) -> list[Site]:
        """Return the calls of the source that can have made a call; none in any doubt."""
        names = MAKERS.get(call.name, frozenset())
        if call.stream or not names or self._is_doubtful:
            return []
        if _may_look_up(call):
            names |= LOOK_UPS
        reads = self._file_reads if call.name in _RECEIVES else []
        if reads is None or (call.name in _SENDS and self._hidden_sends) or names & self._passed_on:
            return []
        self._budget.take(STEPS_EACH * len(self._sites))
        own = [e for e in self._sites if e.name in names and e.fits(call, goes_on=goes_on)]
        return own + reads

    def _site(self, node: ast.Call) -> Site | None:
        called = node.func
        if isinstance(called, ast.Attribute):
            name = called.attr
        elif isinstance(called, ast.Name) and called.id in self._imported & FUNCTIONS:
            name = called.id
        else:
            return None
        if name not in ALL:
            return None
        first = node.args[0] if node.args else None
        line = called.end_lineno or node.lineno
        moment = self._moments.get(id(node), ANY_TIME)
        return Site(line, name, pattern_of(first), port_of(name, node.args), moment)

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The names that it imports from modules; all where it imports whatever there is."""
        found = {
            each.name
            for node in self._nodes
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        return FUNCTIONS if "*" in found else frozenset(found)

    @cached_property
    def _is_doubtful(self) -> bool:
        named = {getattr(each, "id", "") or getattr(each, "attr", "") for each in self._nodes}
        return {"open", "fileno"} <= named or any(map(_is_doubtful, self._nodes))

    @cached_property
    def _file_reads(self) -> list[Site] | None:
        """Where it reads from a socket as from a file; None where nobody knows all such places."""
        found = file_reads(self._nodes)
        if found is None:
            return None
        return [
            Site(line, name, moment=self._moments.get(id(node), ANY_TIME))
            for node, line, name in found
        ]

    @cached_property
    def _hidden_sends(self) -> bool:
        """Whether it writes to a socket as to a file: the file sends when it likes."""
        return any(map(_writes_files, self._nodes))

    @cached_property
    def _passed_on(self) -> frozenset[str]:
        """The names that it does not call but hands on, so that they are called elsewhere."""
        unseen = {id(each.func) for each in self._nodes if isinstance(each, ast.Call)}
        unseen |= {id(node) for root in self._annotations() for node in ast.walk(root)}
        found = {
            each.attr
            for each in self._nodes
            if isinstance(each, ast.Attribute) and id(each) not in unseen
        }
        unseen |= {id(each.value) for each in self._nodes if isinstance(each, ast.Attribute)}
        found |= {
            each.id
            for each in self._nodes
            if isinstance(each, ast.Name) and id(each) not in unseen
            if each.id in self._imported & FUNCTIONS
        }
        found |= {
            each.name
            for node in self._nodes
            if isinstance(node, ast.ImportFrom)
            for each in node.names
            if each.asname
        }
        return frozenset(found & ALL)

    def _annotations(self) -> Iterator[ast.AST]:
        for node in self._nodes:
            for name in ("annotation", "returns"):
                if isinstance(found := getattr(node, name, None), ast.AST):
                    yield found


def _may_look_up(call: Call) -> bool:
    """Tell whether the C library may have made a call, to look a name up."""
    socket = call.socket
    if socket is None:
        return False
    asks = socket.remote is not None and socket.remote.port == DNS_PORT
    return asks or (socket.protocol == "udp" and call.name in ("socket", "connect"))


def _is_doubtful(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(each.name.partition(".")[0] not in PLAIN for each in node.names)
    if isinstance(node, ast.ImportFrom):
        imported = {each.name for each in node.names}
        is_plain = node.level == 0 and (node.module or "").partition(".")[0] in PLAIN
        return not is_plain or bool(imported & DOUBTFUL)
    if isinstance(node, ast.Name):
        return node.id in DOUBTFUL - {"system"}
    return isinstance(node, ast.Attribute) and node.attr in DOUBTFUL


def _writes_files(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):  # print() to a file that may be a socket's
        return node.arg == "file" and ast.unparse(node.value) not in ("sys.stderr", "sys.stdout")
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "makefile":
        return False
    given = [*node.args[:1], *(each.value for each in node.keywords if each.arg in ("mode", None))]
    return any(not isinstance(each, ast.Constant) or "w" in str(each.value) for each in given)
