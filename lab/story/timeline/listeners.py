"""When the sockets of a host began to listen, or were bound, and at which addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from lab.observation.observation import HostObservation
from lab.story.timeline.label import Label
from lab.story.timeline.note import Note
from lab.story.timeline.transit import Transit
from lab.wire.sockets.table import SocketEntry, Waiting, waiting

ENGINES_RESOLVER = "127.0.0.11"  # Docker's own name server in each host: no program's socket

FIRST_EPHEMERAL = 32768
"""From here on the kernel chooses ports for programs that name none (ip_local_port_range)."""

WILDCARDS = {
    "*": "*:PORT: at every address of the host, IPv4 and IPv6",
    "0.0.0.0": "0.0.0.0:PORT: at every IPv4 address of the host, at none of IPv6",  # noqa: S104 - a name for it
    "[::]": "[::]:PORT: at every IPv6 address of the host",
}
"""What stands for all addresses where a socket waits (RFC 3493, 5.3), as ``ss`` writes it."""

Drawn = Iterable[tuple[Transit, Label]]


def opened_sockets(host: HostObservation, drawn: Drawn) -> Iterator[Note]:
    """Yield when each socket was first seen to listen, or (UDP) to be bound to a port.

    One that is closed and opened again is told again. Sockets that were there before the first
    program are not told.
    """
    if not host.transcripts:
        return
    begun_ns = min(transcript.started_ns for transcript in host.transcripts)
    serves = _UdpPorts(host, drawn)
    for each in waiting(host.samples):
        socket = each.socket
        is_told = socket.protocol == "tcp" or serves.awaits(socket.local.port or 0)
        if each.began_ns >= begun_ns and is_told and socket.local.ip != ENGINES_RESOLVER:
            yield note_of(host, each)


def explained(notes: Iterable[Note]) -> list[str]:
    """Return what the wildcards in these notes stand for, a sentence for each that is there."""
    texts = [note.text for note in notes if note.kind == "socket"]
    return [said for name, said in WILDCARDS.items() if any(f" {name}:" in text for text in texts)]


def _where(socket: SocketEntry) -> str:
    """Return the address that a socket waits at, as ``ss`` writes it."""
    takes_both = socket.local.ip == "::" and socket.v6only is False
    return f"*:{socket.local.port}" if takes_both else str(socket.local)


def _gone_ns(host: HostObservation, waited: Waiting) -> int | None:
    """Return when a socket was gone: a sample lacked it, or its program had ended; else None.

    Samples tell of changes only: from the last one on the socket was still there.
    """
    if waited.ended_ns is not None:
        return waited.ended_ns
    began = waited.began_ns
    return max(
        (each.ended_ns for each in host.transcripts if each.started_ns <= began <= each.ended_ns),
        default=None,
    )


def note_of(host: HostObservation, waited: Waiting) -> Note:
    """Return the note that a socket of a host began to wait for others."""
    entry = waited.socket
    listens = entry.protocol == "tcp"
    return Note(
        waited.began_ns,
        host.name,
        f"{'LISTEN' if listens else 'bound to UDP'} {_where(entry)}",
        "socket",
        follow="  ",
        style="green",
        weight=2,
        socket=(entry.protocol, entry.local, entry.inode),
        state="LISTEN" if listens else "BOUND",
        until_ns=_gone_ns(host, waited),
    )


class _UdpPorts:
    """Which UDP ports of a host are a server's."""

    def __init__(self, host: HostObservation, drawn: Drawn) -> None:
        self._host = host
        self._drawn = drawn

    def awaits(self, port: int) -> bool:
        """Tell whether this port was spoken to before it spoke, or nobody used it.

        A port that the kernel chose and nobody used is no server's.
        """
        first = self._spoken_to.get(port)
        return port < FIRST_EPHEMERAL and port not in self._used if first is None else first

    @cached_property
    def _spoken_to(self) -> dict[int, bool]:
        """For each port of a datagram that is drawn, whether the first one came to it."""
        found: dict[int, bool] = {}
        for each, _ in self._drawn:
            source, destination = each.packet.source, each.packet.destination
            if not each.packet.udp or source is None or destination is None:
                continue
            if self._host.name in (each.receiver, *each.reached):
                found.setdefault(destination.port or 0, True)
            if each.sender == self._host.name:
                found.setdefault(source.port or 0, False)
        return found

    @cached_property
    def _used(self) -> set[int]:
        """The ports of all datagrams that were seen at the host, drawn or not."""
        return {
            port
            for capture in self._host.taps.values()
            for packet in capture.packets
            if packet.udp is not None
            for port in (packet.udp.source_port, packet.udp.destination_port)
        }
