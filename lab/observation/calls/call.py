"""One system call of a program: what it was given, what it returned, when it waited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab.wire.address import Address, Ends, Service
from lab.wire.packet import Packet

Value = int | bytes | str | Address
"""An argument: a number, data, an address, or flags and the like as strace(1) writes them."""


@dataclass(frozen=True, slots=True)
class Socket:
    """The socket that a call is about; ``number`` tells the sockets of one program apart.

    ``local`` and ``remote`` are its ends as far as the program's calls tell them.
    """

    number: int
    protocol: Literal["tcp", "udp", ""] = ""
    local: Address | None = None
    remote: Address | None = None

    def serves(self, service: Service) -> bool:
        """Tell whether it is one of this service's: either of its ends has that port."""
        ports = {end.port for end in (self.local, self.remote) if end is not None}
        return self.protocol == service.protocol and service.port in ports


@dataclass(frozen=True, slots=True)
class Call:
    """One system call, named as in the sockets API: ``recv`` is the kernel's recvfrom(2).

    ``arguments`` are those after the descriptor. ``result`` is what a call of Python's would
    return: the data that was received, the peer that was accepted, else a number; None where the
    call did not return. Of data no more than the first 256 bytes are known; ``length`` counts all.
    ``error`` is the name of its errno(3). ``began_ns`` and ``ended_ns`` are epoch nanoseconds, by
    the clock of the packets: it began before it did anything. Its end is as strace(1) measures it,
    which begins to do so a moment too late; whatever it did was done by ``over_ns``, when its
    thread made the next call. ``stream`` is ``stdout`` or ``stderr`` where it printed. ``flags``
    are those that a message came with: ``MSG_TRUNC``.

    ``lines`` are those of the program's source that can have made it: one where no other can, none
    where the source does not tell (:mod:`lab.observation.source_lines.call_sites`). ``method`` is
    the name of Python's that stands there. ``file`` is the module of the program's own in which
    they stand, empty for the program itself. ``conversation`` are the ends of the conversation that
    it belongs to, None where no packet of it crossed the host's cards.
    """

    name: str
    arguments: tuple[Value, ...]
    result: Value | None
    error: str | None
    began_ns: int
    ended_ns: int | None
    pid: int
    thread: int
    socket: Socket | None = None
    stream: str = ""
    length: int | None = None
    flags: str = ""
    over_ns: int | None = None
    lines: tuple[int, ...] = ()
    method: str = ""
    conversation: Ends | None = None
    file: str = ""

    @property
    def waited(self) -> float:
        """How long it took to return, in seconds; 0 where it did not."""
        return (self.ended_ns - self.began_ns) / 1e9 if self.ended_ns is not None else 0.0

    def returned_after(self, packet: Packet) -> bool:
        """Tell whether it was still waiting when a packet passed its host's card."""
        return not self.returned_before(packet)

    def returned_before(self, packet: Packet) -> bool:
        """Tell whether it had returned when a packet passed its host's card."""
        over_ns = self.ended_ns if self.over_ns is None else self.over_ns
        return over_ns is not None and over_ns < packet.time_ns

    def began_before(self, packet: Packet) -> bool:
        """Tell whether it was made before a packet passed its host's card."""
        return self.began_ns < packet.time_ns

    def __str__(self) -> str:
        given = ", ".join(map(written, self.arguments))
        told = self.error or ("no return" if self.result is None else written(self.result))
        return f"{self.name}({given}) = {told}"


def written(value: Value) -> str:
    """Return a value as a reader sees it."""
    if isinstance(value, bytes):
        shown = repr(value[:24])[1:]
        return f"{shown[:-1]}…{shown[-1]}" if len(value) > 24 else shown
    return str(value)
