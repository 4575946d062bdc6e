"""The calls of a stepped program on its sockets, told with what they were given and returned."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from lab.hosts.agent.stepper.lanes import Lanes
from lab.hosts.agent.stepper.values import text
from lab.hosts.agent.stepper.waiting import RECEIVING, SENDING

SHOWN = ("bind", "listen", "accept", "connect", "connect_ex", *SENDING, *RECEIVING, "shutdown")
"""The methods of a socket that are told; its options and its end are not."""

OF_A_NETWORK = (socket.AF_INET, socket.AF_INET6)
"""The kinds of sockets that are told: an event loop wakes itself through a pair of another kind."""


def watch(lanes: Lanes) -> None:
    """Have the methods of every socket tell how they were called; what they do stays the same."""
    kind: Any = socket.socket
    for name in SHOWN:
        setattr(kind, name, _telling(lanes, name, getattr(kind, name)))


def _telling(lanes: Lanes, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(sock: Any, *args: Any, **kwargs: Any) -> Any:
        if sock.family not in OF_A_NETWORK:
            return real(sock, *args, **kwargs)
        try:
            returned = real(sock, *args, **kwargs)
        except BaseException as error:
            lanes.tell("calls", text=f"{name}({_given(args)}) → {type(error).__name__}")
            raise
        told = "" if returned is None else f" → {_returned(returned)}"
        lanes.tell("calls", text=f"{name}({_given(args)}){told}")
        return returned

    call.__name__, call.__doc__ = name, real.__doc__
    return call


def _given(args: tuple[Any, ...]) -> str:
    return ", ".join(map(text, args))


def _returned(value: object) -> str:
    """Return what a call returned: the peer that was accepted, the data that came, a number."""
    if isinstance(value, tuple) and value and isinstance(value[0], socket.socket):
        return text(value[1])
    return text(value)
