"""Which call sent a packet, where that is certain: it was being made when the packet left."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from lab.observation.calls.call import Call
from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.story.text import harmless
from lab.story.timeline.calls import made
from lab.story.timeline.transit import Transit
from lab.wire.packet import Flags

_SENDS = {"send", "sendto", "sendmsg", "write", "writev"}
_BEGINS_OR_ENDS = {"connect", "close", "shutdown"}


class Senders:
    """The calls of a run that send packets, by host."""

    def __init__(self, observation: Observation) -> None:
        self._calls = {host.name: _Calls(host.transcripts) for host in observation.hosts}

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
        calls = self._calls.get(transit.sender)
        if transit.sent_ns is None or calls is None:
            return
        for call, transcript in calls.during(transit.sent_ns):
            if _causes(call, transit):
                yield call, transcript


class _Calls:
    """The calls of a host's programs that may send, found by the time at which they were made."""

    def __init__(self, transcripts: tuple[Transcript, ...]) -> None:
        sending = _SENDS | _BEGINS_OR_ENDS
        self._calls = sorted(
            (
                (call.began_ns, call.ended_ns, call, transcript)
                for transcript in transcripts
                for call in transcript.made
                if call.socket is not None and call.ended_ns is not None and call.name in sending
            ),
            key=lambda each: each[0],
        )
        self._began = [began_ns for began_ns, *_ in self._calls]
        self._all_ended = list(accumulate((ended_ns for _, ended_ns, *_ in self._calls), max))

    def during(self, time_ns: int) -> Iterator[tuple[Call, Transcript]]:
        """Yield the calls that were being made at a time, the last first."""
        at = bisect_right(self._began, time_ns)
        while at and self._all_ended[at - 1] >= time_ns:
            at -= 1
            _, ended_ns, call, transcript = self._calls[at]
            if ended_ns >= time_ns:
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
