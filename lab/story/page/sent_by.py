"""Which call sent a packet, where that is certain: it was being made when the packet left."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.calls.call import Call
from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.story.text import harmless
from lab.story.timeline.calls import made
from lab.story.timeline.transit import Transit
from lab.wire.packet import Flags

_SENDS = {"send", "sendto", "sendmsg", "write", "writev"}


class Senders:
    """The calls of a run that send packets, by host."""

    def __init__(self, observation: Observation) -> None:
        self._calls = {host.name: list(_sending(host.transcripts)) for host in observation.hosts}

    def of(self, transit: Transit) -> str:
        """Return what sent a packet: ``; sent by send('hello') of client.py``; else nothing."""
        found = {
            f"; sent by {made(call)} of {harmless(transcript.program)}"
            for call, transcript in self._able(transit)
        }
        return found.pop() if len(found) == 1 else ""

    def call_of(self, transit: Transit) -> tuple[Call, Transcript] | None:
        """Return the one call that sent a packet, and its program."""
        found = list(self._able(transit))
        return found[0] if len(found) == 1 else None

    def _able(self, transit: Transit) -> Iterator[tuple[Call, Transcript]]:
        """Yield the calls that were being made when a packet left, and send such packets."""
        sent_ns = transit.sent_ns
        if sent_ns is None:
            return
        for call, transcript in self._calls.get(transit.sender, ()):
            ended_ns = call.ended_ns
            if ended_ns is not None and call.began_ns <= sent_ns <= ended_ns:
                yield from [(call, transcript)] if _causes(call, transit) else []


def _sending(transcripts: tuple[Transcript, ...]) -> Iterator[tuple[Call, Transcript]]:
    for transcript in transcripts:
        for call in transcript.made:
            if call.socket is not None:
                yield call, transcript


def _causes(call: Call, transit: Transit) -> bool:
    """Tell whether a call is of the kind that sends such a packet, to where that went."""
    packet, socket = transit.packet, call.socket
    if socket is None or socket.protocol != packet.protocol:
        return False
    if packet.destination not in (socket.remote, *call.arguments):
        return False
    if packet.payload:
        known = call.arguments[0] if call.name in _SENDS and call.arguments else b""
        return isinstance(known, bytes) and known[: len(packet.payload)] == packet.payload[:256]
    if packet.tcp is None:
        return call.name in _SENDS
    if Flags.SYN in packet.tcp.flags:
        return call.name == "connect"
    return Flags.FIN in packet.tcp.flags and call.name in ("close", "shutdown")
