"""Causes that an exception tells together with the call that raised it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Scene, called
from lab.observation.transcript import Transcript


@dataclass(frozen=True)
class Misuse:
    """An exception's words, the calls that raise it for one reason only, and that reason."""

    error: str
    calls: tuple[str, ...]
    says: str


MISUSES = (
    # accept(2): EINVAL, the socket is not listening for connections.
    Misuse("[Errno 22]", ("accept(",), "called accept() on a socket without listen()"),
    # recv(2), send(2): ENOTCONN.
    Misuse(
        "[Errno 107]",
        ("recv(", "send(", "sendall("),
        "used a socket that is not connected. A server talks on the socket that accept() returns,"
        " a client calls connect() first",
    ),
    # connect(2), ip(7): EACCES, a broadcast address without the socket's broadcast flag.
    Misuse(
        "[Errno 13]",
        ("sendto(", "connect("),
        "sent to a broadcast address without the option SO_BROADCAST",
    ),
    # bind(2): EADDRNOTAVAIL, the address is not local.
    Misuse(
        "[Errno 99]",
        ("bind(", "create_server("),
        'called bind() with an address that its host does not have. The address "" stands for all'
        " of its own",
    ),
    Misuse(
        "'str' object cannot be interpreted as an integer",
        ("bind(", "connect(", "connect_ex(", "sendto("),
        "gave a port as text. A port is a number: int(…) makes one",
    ),
)


def tracebacks(scene: Scene) -> Iterator[Cause]:
    """Yield what programs did that socket calls refuse."""
    for program in scene.observation.transcripts:
        error, source = program.error or "", _last_calls(program)
        for misuse in MISUSES:
            if misuse.error in error and any(call in source for call in misuse.calls):
                sentence = f"{called(program)} {misuse.says}."
                yield Cause(sentence, program.host, program.ended_ns)


def _last_calls(program: Transcript) -> str:
    """Return the line of source where the program's own file was last in a traceback."""
    lines, found = program.stderr, ""
    for place, source in pairwise(lines):
        if place.startswith("  File ") and program.program in place:
            found = source.strip()
    return found
