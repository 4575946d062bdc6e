"""A call as plain JSON values, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lab.observation.calls.call import Call, Socket, Value
from lab.wire.address import Address, Ends

Json = dict[str, Any]


def from_call(call: Call) -> Json:
    """Return a call as values that :mod:`json` can write; ``call`` says it for a reader."""
    return {
        **asdict(call),
        "arguments": [_from_value(each) for each in call.arguments],
        "result": None if call.result is None else _from_value(call.result),
        "call": str(call),
    }


def to_call(value: Json) -> Call:
    """Return the call; raises KeyError, TypeError, ValueError or AttributeError for another."""
    socket, ends = value["socket"], value.get("conversation")
    return Call(
        **{name: each for name, each in value.items() if name != "call"}
        | {
            "arguments": tuple(map(_value, value["arguments"])),
            "result": None if value["result"] is None else _value(value["result"]),
            "socket": None if socket is None else _socket(socket),
            "lines": tuple(value.get("lines", ())),
            "conversation": None if ends is None else _ends(ends),
        }
    )


def _socket(value: Json) -> Socket:
    ends = {name: _address(value[name]) for name in ("local", "remote")}
    return Socket(**{**value, **ends})


def _ends(value: Json) -> Ends:
    return Ends(value["protocol"], Address(**value["client"]), Address(**value["server"]))


def _address(value: Json | None) -> Address | None:
    return None if value is None else Address(**value)


def _from_value(value: Value) -> Any:
    if isinstance(value, bytes):
        return {"data": value.decode("latin-1")}
    if isinstance(value, Address):
        return asdict(value)
    return value


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return value["data"].encode("latin-1") if "data" in value else Address(**value)
    if type(value) not in (int, str):
        raise ValueError(f"{value!r} is no value of a call")
    found: int | str = value
    return found
