"""The part that each packet has in a conversation, as one tap saw it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lab.observation.observation import Observation
from lab.observation.sighting import Sighting
from lab.observation.talk import Talk, talks
from lab.wire.conversation import Event, conversations
from lab.wire.reading import Reading, readings


class Part(NamedTuple):
    """A packet's part in a conversation, as one tap saw it."""

    event: Event | None = None
    talk: Talk | None = None
    refuses: bool = False
    reading: Reading | None = None


class Parts:
    """The parts that the packets at each tap have in conversations, found when a tap is asked."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation
        self._key_log = "".join(host.tls_keys for host in observation.hosts)
        self._found: dict[tuple[str, str], dict[int, Part]] = {}

    def of(self, sighting: Sighting) -> Part:
        """Return the part of a packet at the tap that saw it."""
        tap = sighting.host, sighting.network
        if tap not in self._found:
            self._found[tap] = dict(self._at(*tap))
        return self._found[tap].get(sighting.packet.number, Part())

    def _at(self, name: str, network: str) -> Iterator[tuple[int, Part]]:
        further = self._observation.host(name).further
        if network in further:
            held = conversations(further[network].packets)
        else:
            held = self._observation.conversations(at=name)
        for talk, conversation in talks(held):
            read = readings(conversation, self._key_log)
            is_tcp = conversation.protocol == "tcp"
            for event in conversation.events:
                refuses = event.rst and conversation.refused
                said = read.get(event.number, Reading()) if is_tcp else None
                yield event.number, Part(event, talk, refuses, said)
            for datagram in conversation.datagrams:
                for number in datagram.packets[1:]:
                    yield number, Part(None, talk)
