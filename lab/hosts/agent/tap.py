"""A tap on this host's network cards: every frame with the kernel's time, and no unnoticed loss.

A tap has a packet socket (packet(7)) for each card. The kernel counts the frames that it drops.
Marker frames, one from each host, arrive behind everything else. They prove a capture to be whole.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
import threading
import time

from lab.hosts.agent.frame import ends_of, is_marker, marker, token_of
from lab.hosts.agent.watch import Watch

ETH_P_ALL = 3
SOL_PACKET, PACKET_STATISTICS = 263, 6
SO_TIMESTAMPNS, SO_RCVBUFFORCE = 35, 33
PACKET_OUTGOING = 4
LOOPBACK = "lo"
OF_LOOPBACK = 400
"""Frames of the loopback that a tap keeps: enough to tell who called its own host."""
HEADERS = 128
"""Bytes of each that it keeps."""
ENGINE_RESOLVER = bytes((127, 0, 0, 11))
"""Where the engine's own name server listens inside every host (compose)."""
RECORD = struct.Struct("<IIII")
FILE_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)


def interfaces() -> list[str]:
    """Return this host's network cards, without the loopback."""
    return [name for _, name in socket.if_nameindex() if name != "lo"]


def named(card: str) -> str:
    """Return the name of the card with this hardware address: the engine numbers cards as it likes.

    Raises OSError where there is none.
    """
    for name in interfaces():
        with open(f"/sys/class/net/{name}/address") as file:  # noqa: PTH123 - in each run's way
            if file.read().strip() == card:
                return name
    raise OSError(errno.ENODEV, f"no card has the hardware address {card}")


class Tap:
    """A running capture on some cards, with samples of the sockets whose packets pass."""

    def __init__(self, cards: list[str], limit: int, most: int, buffer: int, every: int) -> None:
        """Start at once: when this returns, every later frame is captured.

        ``cards`` are hardware addresses. ``limit`` bounds the bytes kept, ``most`` the frames; what
        comes after is counted as refused. ``buffer`` bounds the bytes that the kernel holds for a
        card. Sockets are looked at ``every`` ms. Of the loopback the first headers are kept.
        """
        self._limit = limit
        self._most = most
        self._size = self._refused = 0
        self._seen_markers: set[bytes] = set()
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._stopping = False
        self._watch = Watch(every)
        self.chunks: dict[str, list[bytes]] = {card: [] for card in (*cards, LOOPBACK)}
        self._sockets: dict[int, tuple[str, socket.socket]] = {}
        for card in cards:
            tap = listening_at(named(card), buffer)
            self._sockets[tap.fileno()] = (card, tap)
        self._loopback = listening_at(LOOPBACK)
        self._wake = os.eventfd(0)
        self._watch.tick(time.time_ns())
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def wait_for_markers(self, tokens: list[bytes], deadline: float) -> list[bytes]:
        """Wait until a marker of each token has passed; return those that never came."""
        with self._news:
            self._news.wait_for(
                lambda: self._seen_markers.issuperset(tokens), timeout=max(0.0, deadline)
            )
            return [token for token in tokens if token not in self._seen_markers]

    def stop(self) -> dict[str, object]:
        """End the capture: the pcap bytes per card, what was dropped, the socket samples."""
        self._stopping = True
        os.eventfd_write(self._wake, 1)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            os.close(self._wake)
        dropped = 0
        close_aside(self._loopback)
        for _, tap in self._sockets.values():
            statistics = tap.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
            dropped += struct.unpack("=II", statistics)[1]
            close_aside(tap)
        self._watch.close()
        captures = {}
        for card, chunks in self.chunks.items():
            # The frames themselves would take as much memory once more.
            captures[card] = b"".join((FILE_HEADER, *chunks))
            chunks.clear()
        told = {"captures": captures, "dropped": dropped, "refused": self._refused}
        watched = {"samples": self._watch.samples, "unsampled": self._watch.unsampled}
        watched["began"] = self._watch.began_ns
        return {**told, **watched, "stuck": self._thread.is_alive()}

    def look(self) -> None:
        """Sample the sockets now, whatever the time."""
        with self._news:
            self._watch.tick(time.time_ns(), at_once=True)

    def unsettled(self) -> list[tuple[object, ...]]:
        """Return the sockets that still owe or await a packet."""
        with self._news:
            return [tuple(entry) for entry in self._watch.unsettled()]

    def _listen(self) -> None:
        poll = select.poll()
        loopback = self._loopback.fileno()
        for number in (*self._sockets, loopback, self._wake):
            poll.register(number, select.POLLIN)
        while not self._stopping:
            for number, _ in (ready := poll.poll(self._watch.every)):
                if number in self._sockets:
                    self._drain(*self._sockets[number])
                elif number == loopback and not self._drain_loopback():
                    poll.unregister(loopback)
            with self._lock:
                self._watch.tick(time.time_ns(), stirred=bool(ready))

    def _drain(self, name: str, tap: socket.socket) -> None:
        chunks = self.chunks[name]
        for _ in range(256):
            try:
                frame, ancillary, _, sender = tap.recvmsg(262144, 64)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENETDOWN:
                    raise
                return
            if is_marker(frame):
                with self._news:
                    self._seen_markers.add(token_of(frame))
                    self._news.notify_all()
                continue
            if self._size + len(frame) > self._limit or not self._most:
                # A capture with a hole in it would look whole: all that follows is refused.
                self._most = 0
                self._refused += 1
                continue
            self._most -= 1
            self._size += len(frame) + 16
            chunks.append(_record(frame, ancillary))
            ends = ends_of(frame, sender[2] == PACKET_OUTGOING)
            if ends is not None:
                with self._lock:
                    self._watch.look(ends)

    def _drain_loopback(self) -> bool:
        """Keep the frames that wait at the loopback; False once enough are kept."""
        chunks = self.chunks[LOOPBACK]
        while len(chunks) < OF_LOOPBACK:
            try:
                frame, ancillary, _, sender = self._loopback.recvmsg(HEADERS, 64)
            except BlockingIOError:
                return True
            # The loopback shows each frame twice: on its way out, and as it comes back in.
            if sender[2] != PACKET_OUTGOING and ENGINE_RESOLVER not in (frame[26:30], frame[30:34]):
                chunks.append(_record(frame, ancillary))
        return False


def listening_at(name: str, buffer: int = 0) -> socket.socket:
    """Return a packet socket that hears a network interface; ``buffer`` is in bytes."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    if buffer:
        try:
            tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, buffer)
        except PermissionError:
            # A rootless engine: as much as net.core.rmem_max lets anybody have.
            tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    tap.setblocking(False)
    tap.bind((name, ETH_P_ALL))
    return tap


def _record(frame: bytes, ancillary: list[tuple[int, int, bytes]]) -> bytes:
    """Return a frame as a pcap file has it."""
    seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
    return RECORD.pack(seconds, nanoseconds, len(frame), len(frame)) + frame


def send_marker(name: str, token: bytes, to: list[str]) -> None:
    """Send a marker frame with this token out of an interface, to each hardware address."""
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        out.bind((name, 0))
        for each in to:
            out.send(marker(each, out.getsockname()[4], token))
    finally:
        close_aside(out)


def close_aside(packet_socket: socket.socket) -> None:
    """Close a packet socket while others go on.

    The kernel lets every processor pass through a quiet moment first (net/packet/af_packet.c,
    ``synchronize_net``), which takes ten milliseconds and more.
    """
    threading.Thread(target=packet_socket.close, daemon=True).start()
