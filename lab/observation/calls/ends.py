"""Which conversation a call belongs to: the calls tell one end, the packets tell both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from lab.observation.calls.call import Call
from lab.wire.address import Address, Ends
from lab.wire.conversation.grouping import opened
from lab.wire.packet import Packet

_STARTS = frozenset({"connect", "send", "sendto", "sendmsg", "write", "writev", "sendfile"})


class Seen:
    """The conversations of a host's packets by their ends, and when this host sent in each."""

    def __init__(self, packets: Iterable[Packet], own: Iterable[str]) -> None:
        """Take note of packets; ``own`` are the addresses of the host."""
        self._own = frozenset(own)
        self._sent: dict[Ends, list[int]] = {}
        self._with: dict[tuple[str, Address], list[Ends]] = {}
        known: dict[tuple[str, Address, Address], Ends] = {}
        for packet in packets:
            source, destination = packet.source, packet.destination
            if source is None or source.port is None or destination is None:
                continue
            protocol: Literal["tcp", "udp"] = "tcp" if packet.tcp is not None else "udp"
            if packet.protocol != protocol:
                continue
            ends = known.get((protocol, source, destination))
            if ends is None:
                client, server, _ = opened(packet, source, destination)
                ends = Ends(protocol, client, server)
                known[protocol, source, destination] = known[protocol, destination, source] = ends
                self._sent[ends] = []
                for each in (client, server):
                    self._with.setdefault((protocol, each), []).append(ends)
            if source.ip in self._own:
                self._sent[ends].append(packet.time_ns)

    def told(self, calls: Sequence[Call]) -> tuple[Call, ...]:
        """Return the calls of one program, each with the conversation it belongs to."""
        chosen: dict[tuple[int, Address], Ends | None] = {}
        found = []
        for call in calls:
            peer = _peer(call)
            if call.socket is None or peer is None:
                found.append(call)
                continue
            key = call.socket.number, peer
            if chosen.get(key) is None:
                chosen[key] = self._of(call, peer)
            found.append(replace(call, conversation=chosen[key]))
        return _backwards(found)

    def _of(self, call: Call, peer: Address) -> Ends | None:
        able = list(self._able(call, peer))
        if len(able) == 1:
            return able[0]
        over = call.ended_ns if call.over_ns is None else call.over_ns
        if call.name not in _STARTS or over is None:
            return None
        begun = [e for e in able if any(call.began_ns <= at <= over for at in self._sent[e])]
        return begun[0] if len(begun) == 1 else None

    def _able(self, call: Call, peer: Address) -> Iterator[Ends]:
        socket = call.socket
        if socket is None:
            return
        local = socket.local
        for ends in self._with.get((socket.protocol, peer), ()):
            own = ends.server if peer == ends.client else ends.client
            is_port = local is None or not local.port or local.port == own.port
            if own.ip in self._own and is_port:
                yield ends


def _peer(call: Call) -> Address | None:
    """Return whom a call is about: whom it names, else whom its socket is connected to."""
    named = (each for each in call.arguments if isinstance(each, Address))
    socket = call.socket
    if call.name in ("sendto", "recvfrom", "recvmsg", "sendmsg", "connect"):
        return next(named, socket.remote if socket else None)
    return socket.remote if socket is not None else None


def _backwards(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Return calls, those of a socket that came before it had a peer among those behind."""
    known: dict[int, set[Ends]] = {}
    for call in calls:
        if call.socket is not None and call.conversation is not None:
            known.setdefault(call.socket.number, set()).add(call.conversation)
    only = {number: next(iter(ends)) for number, ends in known.items() if len(ends) == 1}
    return tuple(
        replace(call, conversation=only.get(call.socket.number))
        if call.socket is not None and call.conversation is None
        else call
        for call in calls
    )
