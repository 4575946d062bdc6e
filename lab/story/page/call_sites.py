"""The lines of a program's source that can make a call on a socket, from the source alone.

Wherever the source leaves a doubt, there is no line: a page that guesses teaches something wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

SENDS = frozenset({"send", "sendall", "sendto", "sendmsg", "sendfile", "write", "writelines"})
CONNECTS = frozenset({"connect", "connect_ex", "create_connection"})

_PLAIN = frozenset(
    {
        *("argparse", "base64", "collections", "contextlib", "datetime", "functools", "hashlib"),
        *("itertools", "json", "math", "os", "pathlib", "random", "re", "signal", "socket"),
        *("string", "struct", "sys", "textwrap", "threading", "time", "__future__"),
    }
)
"""Modules that send nothing by themselves; any other may make calls that no line of ours shows."""

_DOUBTFUL = frozenset({"exec", "eval", "getattr", "attrgetter", "methodcaller"})
"""What may make a call where the source does not name it."""


@dataclass(frozen=True)
class Site:
    """One call in a source: its line, its name, and what it may send (None: anything)."""

    line: int
    name: str
    pattern: re.Pattern[bytes] | None = None


def line_of(source: str, call: str, data: bytes | None) -> int | None:
    """Return the only line of a source that can make this call of the kernel; None in any doubt.

    ``call`` is ``connect`` or one that sends; ``data`` is all that it sent, where that is known.
    """
    names = CONNECTS if call == "connect" else SENDS
    sites = _sites(source)
    if sites is None:
        return None
    able = [
        each
        for each in sites
        if each.name in names
        and (data is None or each.pattern is None or each.pattern.fullmatch(data))
    ]
    return able[0].line if len({each.line for each in able}) == 1 else None


@lru_cache(maxsize=64)
def _sites(source: str) -> tuple[Site, ...] | None:
    """Return all calls of a source that may be on sockets; None where it may make others, too."""
    try:
        tree = ast.parse(source)
        nodes = list(ast.walk(tree))
        if any(map(_is_doubtful, nodes)):
            return None
        sites = tuple(_found(nodes))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:  # a method that is passed on is called where nobody sees it
        is_method = isinstance(node, ast.Attribute) and node.attr in SENDS | CONNECTS
        if is_method and id(node) not in called:
            return None
    return sites


def _is_doubtful(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(each.name.partition(".")[0] not in _PLAIN for each in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").partition(".")[0] not in _PLAIN
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "makefile":
        return any("w" in ast.unparse(each) for each in (*node.args, *node.keywords))
    if isinstance(node, ast.Name):
        return node.id in _DOUBTFUL
    if isinstance(node, ast.keyword):
        return node.arg == "file"  # print() to a file that may be a socket's
    return isinstance(node, ast.Attribute) and node.attr in _DOUBTFUL


def _found(nodes: list[ast.AST]) -> Iterator[Site]:
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in SENDS | CONNECTS:
            first = node.args[0] if node.args else None
            starred = isinstance(first, ast.Starred)
            yield Site(node.lineno, name, None if starred else _pattern(first))


def _pattern(node: ast.expr | None) -> re.Pattern[bytes] | None:
    """Return what an expression's bytes match; None where nothing is known of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        return re.compile(re.escape(node.value))
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr != "encode" or node.args or node.keywords:
        return None
    text = node.func.value
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return re.compile(re.escape(text.value.encode()))
    if not isinstance(text, ast.JoinedStr):
        return None
    parts = [
        re.escape(each.value.encode())
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        else b".*"
        for each in text.values
    ]
    return re.compile(b"".join(parts), re.DOTALL)
