"""Variables as text: bounded, and without running any code of the program's own."""

from __future__ import annotations

import enum
import socket
from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType

LONGEST, MOST, DEEPEST = 72, 40, 3
_PLAIN = (bool, int, float, str, bytes, type(None))
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
    dict: ("{", "}"),
}


def variables(scope: Mapping[str, object]) -> dict[str, str]:
    """Return the variables of a scope that a reader wants to see, as text."""
    names = [name for name in scope if not name.startswith("__") and not _dull(scope[name])]
    return {name: text(scope[name]) for name in names[:MOST]}


def text(value: object, depth: int = 0) -> str:
    """Return a value as it stands in a source; a class's own ``__repr__`` is not asked."""
    kind = type(value)
    if kind in _PLAIN:
        shown = repr(value[: LONGEST * 2] if isinstance(value, str | bytes) else value)
        return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    if kind in _BRACKETS:
        return _collection(value, kind, depth)
    if isinstance(value, socket.socket):
        return _socket(value)
    if isinstance(value, enum.Enum) and kind.__module__ == "socket":
        return str(value._name_)
    if isinstance(value, BaseException):
        return f"{kind.__name__}({', '.join(text(each, depth + 1) for each in value.args)})"
    return f"<{kind.__name__}>"


def _collection(value: object, kind: type, depth: int) -> str:
    opening, closing = _BRACKETS[kind]
    if depth >= DEEPEST:
        return f"{opening}…{closing}"
    if isinstance(value, dict):
        parts = [
            f"{text(key, depth + 1)}: {text(each, depth + 1)}"
            for key, each in list(value.items())[:8]
        ]
        size = len(value)
    else:
        several = list(value) if isinstance(value, list | tuple | set | frozenset) else []
        several = sorted(several, key=repr) if kind in (set, frozenset) else several
        parts, size = [text(each, depth + 1) for each in several[:8]], len(several)
    inside = ", ".join(parts) + (", …" if size > 8 else "")
    if kind is tuple and size == 1:
        inside += ","
    shown = f"{opening}{inside}{closing}"
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 2]}…{closing}"


def _socket(value: socket.socket) -> str:
    number = value.fileno()
    return "<socket, closed>" if number < 0 else f"<socket, fd {number}>"


def _dull(value: object) -> bool:
    return isinstance(value, ModuleType | FunctionType | BuiltinFunctionType | type)
