"""Check values that come from a file against the types that their classes declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import cycle
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from lab.wire.packet import Packet

Check = Callable[[Any], bool]

MOST = 1 << 63
"""No number of a run is as large: nanoseconds since the epoch fit into 63 bits."""


def wrong_in(value: Any, where: str = "run") -> str | None:
    """Return, as a clause, the first value in a dataclass that is not as declared; None without.

    Packets are as their reader made them.
    """
    own_class: type = type(value)
    for name, kind in _fields(own_class).items():
        own = getattr(value, name)
        place = f"{where}.{name}"
        if not _check(kind)(own):
            return f"{place} is {str(own)[:40]!r}"
        for key, each in _parts(own):
            if is_dataclass(each) and (wrong := wrong_in(each, f"{place}{key}")):
                return wrong
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a value holds, and how to name that."""
    if isinstance(value, tuple):
        yield from ((f"[{at}]", each) for at, each in enumerate(value) if type(each) is not Packet)
    elif isinstance(value, dict):
        yield from ((f"[{key}]", each) for key, each in value.items())
    else:
        yield "", value


@cache
def _fields(kind: type) -> dict[str, Any]:
    """Return the declared type of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


@cache
def _check(kind: Any) -> Check:
    """Return what tells whether a value is of a declared type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return lambda value: type(value) in (str, int) and value in inner
    if origin in (Union, UnionType):
        checks = [_check(each) for each in inner]
        return lambda value: any(check(value) for check in checks)
    if origin is tuple:
        is_long = inner[1:] == (...,)
        places = [_check(each) for each in inner[: 1 if is_long else None]]
        return lambda value: (
            isinstance(value, tuple)
            and (is_long or len(value) == len(places))
            and all(check(each) for check, each in zip(cycle(places), value))
        )
    if origin is not None and issubclass(origin, Mapping):
        key, content = map(_check, inner)
        return lambda value: (
            isinstance(value, dict) and all(map(key, value)) and all(map(content, value.values()))
        )
    return _PLAIN.get(kind) or (lambda value: isinstance(value, kind))


_PLAIN: dict[Any, Check] = {
    bool: lambda value: type(value) is bool,
    int: lambda value: type(value) is int and -MOST < value < MOST,
    float: lambda value: type(value) in (int, float) and abs(value) < MOST,
}
