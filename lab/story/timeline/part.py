"""The part that each packet has in a conversation, as one tap saw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from lab.observation.observation import Observation
from lab.observation.sighting import Sighting, taps
from lab.observation.talk import Talk, talks
from lab.wire.conversation import Conversation, Event, conversations
from lab.wire.conversation.grouping import Grouping
from lab.wire.reading import Reading, readings


class Part(NamedTuple):
    """A packet's part in a conversation, as one tap saw it."""

    event: Event | None = None
    talk: Talk | None = None
    refuses: bool = False
    reading: Reading | None = None


class FindsParts(Protocol):
    """What says which part a packet has in a conversation."""

    def of(self, sighting: Sighting) -> Part:
        """Return the part of a packet at the tap that saw it."""


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
            self._found[tap] = dict(_parts(self._at(*tap), self._key_log))
        return self._found[tap].get(sighting.packet.number, Part())

    def _at(self, name: str, network: str) -> tuple[Conversation, ...]:
        further = self._observation.host(name).further
        if network in further:
            return conversations(further[network].packets)
        return self._observation.conversations(at=name)


class GrowingParts:
    """The parts that packets have while a run goes on: each observation shows what is new."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Grouping] = {}
        self._new: dict[tuple[str, str], int] = {}
        self._found: dict[tuple[str, str], dict[int, Part]] = {}

    def take(self, observation: Observation) -> None:
        """Take in what was captured since the last time; packets are numbered on."""
        self._found.clear()
        for host in observation.hosts:
            for network, capture in taps(host):
                tap = host.name, network
                self._held.setdefault(tap, Grouping()).take(capture.packets)
                self._new[tap] = capture.packets[0].number if capture.packets else 0

    def of(self, sighting: Sighting) -> Part:
        """Return the part of a packet of the last observation at the tap that saw it."""
        tap = sighting.host, sighting.network
        if tap not in self._found:
            new = self._new[tap]
            # What has not grown is not read again: a long walk would take the square of its time.
            self._found[tap] = dict(_parts(self._held[tap].so_far(), since=new))
        return self._found[tap].get(sighting.packet.number, Part())


def _parts(
    held: Iterable[Conversation], key_log: str = "", since: int = 0
) -> Iterator[tuple[int, Part]]:
    """Yield packets' numbers and parts, of conversations with packets from ``since`` on."""
    for talk, conversation in talks(held):
        if conversation.packets[-1].number < since:
            continue
        read = readings(conversation, key_log)
        is_tcp = conversation.protocol == "tcp"
        for event in conversation.events:
            refuses = event.rst and conversation.refused
            said = read.get(event.number, Reading()) if is_tcp else None
            yield event.number, Part(event, talk, refuses, said)
        for datagram in conversation.datagrams:
            for number in datagram.packets[1:]:
                yield number, Part(None, talk)
