"""When the sockets of a host began to listen, or were bound, and at which addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lab.observation.observation import HostObservation
from lab.story.timeline.label import Label
from lab.story.timeline.note import Note
from lab.story.timeline.transit import Transit
from lab.wire.sockets.table import SocketEntry

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
    before: set[SocketEntry] = set()
    for sample in host.samples:
        now = {_identity(entry): entry for entry in sample.entries if _waits(entry)}
        for socket, entry in now.items():
            is_new = socket not in before and sample.time_ns >= begun_ns
            if is_new and (entry.protocol == "tcp" or _awaits(entry.local.port or 0, host, drawn)):
                yield _note(host, entry, sample.time_ns)
        before = set(now)


def explained(notes: Iterable[Note]) -> list[str]:
    """Return what the wildcards in these notes stand for, a sentence for each that is there."""
    texts = [note.text for note in notes if note.kind == "socket"]
    return [said for name, said in WILDCARDS.items() if any(f" {name}:" in text for text in texts)]


def _where(socket: SocketEntry) -> str:
    """Return the address that a socket waits at, as ``ss`` writes it."""
    takes_both = socket.local.ip == "::" and socket.v6only is False
    return f"*:{socket.local.port}" if takes_both else str(socket.local)


def _waits(entry: SocketEntry) -> bool:
    is_open = entry.state == "LISTEN" if entry.protocol == "tcp" else entry.remote is None
    return is_open and entry.local.ip != ENGINES_RESOLVER


def _identity(entry: SocketEntry) -> SocketEntry:
    """Return what stays the same while a socket waits: all but its queues."""
    return replace(entry, receive_queue=0, send_queue=0)


def _note(host: HostObservation, entry: SocketEntry, time_ns: int) -> Note:
    listens = entry.protocol == "tcp"
    return Note(
        time_ns,
        host.name,
        f"{'LISTEN' if listens else 'bound to UDP'} {_where(entry)}",
        "socket",
        follow="  ",
        style="green",
        weight=2,
        socket=(entry.protocol, entry.local, entry.inode),
        state="LISTEN" if listens else "BOUND",
        until_ns=_last_seen(host, entry),
    )


def _last_seen(host: HostObservation, socket: SocketEntry) -> int:
    """Return the time of the last sample that holds the socket."""
    wanted = _identity(socket)
    return max(
        sample.time_ns
        for sample in host.samples
        if any(_identity(entry) == wanted for entry in sample.entries)
    )


def _awaits(port: int, host: HostObservation, drawn: Drawn) -> bool:
    """Tell whether a UDP port is a server's: it was spoken to before it spoke, or nobody used it.

    A port that the kernel chose and nobody used is no server's.
    """
    for each, _ in drawn:
        source, destination = each.packet.source, each.packet.destination
        if not each.packet.udp or source is None or destination is None:
            continue
        if each.receiver == host.name and destination.port == port:
            return True
        if each.sender == host.name and source.port == port:
            return False
    return port < FIRST_EPHEMERAL and not _is_used(port, host)


def _is_used(port: int, host: HostObservation) -> bool:
    """Tell whether any datagram from or to this port was seen at the host, drawn or not."""
    return any(
        port in (packet.udp.source_port, packet.udp.destination_port)
        for capture in host.taps.values()
        for packet in capture.packets
        if packet.udp is not None
    )
