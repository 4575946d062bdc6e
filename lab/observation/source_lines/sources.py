"""What a program's sources can call, and which of it is hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from lab.observation.calls.call import Call
from lab.observation.source_lines.budget import Budget
from lab.observation.source_lines.call_names import (
    ALL,
    DOUBTFUL,
    FUNCTIONS,
    LOOK_UPS,
    MAKERS,
    PLAIN,
)
from lab.observation.source_lines.call_order import ANY_TIME, moments
from lab.observation.source_lines.call_site import Site, pattern_of, port_of
from lab.observation.source_lines.closes import Closes
from lab.observation.source_lines.file_reads import READS, file_reads

DNS_PORT = 53

STEPS_EACH = 12
"""Steps of a budget that it takes to find out whether one call of a source is the one."""

_RECEIVES = frozenset({"recv", "recvfrom", "recvmsg", "read"})
SENDS = frozenset({"send", "sendto", "sendmsg", "write", "sendfile"})


class Sources:
    """The sources of one program, by file; its own is ``""``."""

    def __init__(
        self, trees: Mapping[str, ast.Module], budget: Budget, *, to_the_end: bool
    ) -> None:
        self._budget = budget
        self._trees = trees
        nodes = {file: list(ast.walk(tree)) for file, tree in trees.items()}
        self._nodes = [node for several in nodes.values() for node in several]
        # What a module of its own does has no moment: a function of it runs whenever it is called.
        self._moments = moments(trees[""], ALL | READS | {"close"})
        self._sites = [
            site
            for file, several in nodes.items()
            for node in several
            if isinstance(node, ast.Call) and (site := self._site(node, file)) is not None
        ]
        self._closes = Closes(trees, self._moments, to_the_end=to_the_end)

    def able(self, call: Call, *, goes_on: bool) -> list[Site]:
        """Return the calls of the source that can have made a call; none in any doubt."""
        names = MAKERS.get(call.name, frozenset())
        if call.stream or not names or self._is_doubtful:
            return []
        if _may_look_up(call):
            names |= LOOK_UPS
        reads = self._file_reads if call.name in _RECEIVES else []
        if reads is None or (call.name in SENDS and self._hidden_sends) or names & self._passed_on:
            return []
        self._budget.take(STEPS_EACH * len(self._sites))
        own = [e for e in self._sites if e.name in names and e.fits(call, goes_on=goes_on)]
        return own + reads

    def closing(self, births: Sequence[Site]) -> list[Site]:
        """Return the places that can have closed what one of these made; none in any doubt."""
        found: list[Site] = []
        for birth in births:
            places = self._closes.of(birth)
            if places is None or {"close", "socket"} & self._passed_on:
                return []
            self._budget.take(STEPS_EACH * len(places))
            found += places
        return found

    def _site(self, node: ast.Call, file: str) -> Site | None:
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
        return Site(line, name, pattern_of(first), port_of(name, node.args), moment, file, node)

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
        own = frozenset(file.removesuffix(".py") for file in self._trees)
        return {"open", "fileno"} <= named or any(_is_doubtful(each, own) for each in self._nodes)

    @cached_property
    def _file_reads(self) -> list[Site] | None:
        """Where it reads from a socket as from a file; None where nobody knows all such places."""
        found = file_reads(self._nodes)
        if found is None or (found and len(self._trees) > 1):  # Others may know the file by a name.
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
        return frozenset(found & (ALL | {"close"}))

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


def _is_doubtful(node: ast.AST, own: frozenset[str]) -> bool:
    if isinstance(node, ast.Import):
        names = {each.name for each in node.names}
        return any(each not in own and each.partition(".")[0] not in PLAIN for each in names)
    if isinstance(node, ast.ImportFrom):
        imported = {each.name for each in node.names}
        name = node.module or ""
        is_plain = node.level == 0 and (name in own or name.partition(".")[0] in PLAIN)
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
