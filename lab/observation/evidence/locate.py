"""Where in a run a value comes from: the packet that it was read from, the line it stood in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice

from lab.observation.evidence.pointer import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route, Sighting
from lab.observation.transcript import Line, Transcript
from lab.wire.conversation import Conversation, Datagram
from lab.wire.packet import Packet
from lab.wire.packet.header.header import Header

MOST = 3
"""Places that one value names; of a longer list it is the first."""

LEAST_TEXT = 4
"""Characters of a text that may name a line which holds it, and more."""


class Places:
    """The places of one run, by the values that come from there."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def of(self, value: object) -> list[Pointer]:
        """Return the places that a value of the lab's own kinds stands for; none for others."""
        if isinstance(value, list | tuple):
            each = value if len(value) <= MOST else value[:1]
            return list(dict.fromkeys(chain.from_iterable(map(self.of, each))))
        if isinstance(value, Route):
            value = value.last
        if isinstance(value, Sighting):
            value = value.packet
        # An event, an echo, an HTTP message and the like each know the packet that they come from.
        value = getattr(value, "packet", value)
        if isinstance(value, Header | Packet):
            found = self._packets.get(id(value))
            return [found] if found else []
        if isinstance(value, Datagram):
            return self._datagram(value)
        if isinstance(value, Line):
            return [place for line, place in self._lines if line is value]
        return []

    def said(self, text: str | bytes) -> list[Pointer]:
        """Return where a text was printed, or data sent, if there is one such place only."""
        if isinstance(text, bytes):
            return self._carried(text)
        same = [place for line, place in self._lines if line.text == text]
        holds = [place for line, place in self._lines if text in line.text]
        found = same or (holds if len(text) >= LEAST_TEXT else [])
        return found if len(found) == 1 else []

    def printed(
        self, by: HostObservation | Transcript, stream: str, index: int, due: str
    ) -> list[Pointer]:
        """Return the place of a line of this index; where it printed no more if there is none."""
        transcripts = by.transcripts if isinstance(by, HostObservation) else (by,)
        lines = [
            place
            for line, place in self._lines
            if line.stream == stream and self._transcript(place) in map(id, transcripts)
        ]
        if index < len(lines):
            return [replace(lines[index], due=due)]
        return [
            replace(each, line=len(transcripts[-1].lines), due=due)
            for each in self.end(by)  # what is missing is missing at the end
        ]

    def end(self, by: HostObservation | Transcript, due: str = "") -> list[Pointer]:
        """Return where a program ended; of a host it is the last that has not ended well."""
        if isinstance(by, Transcript):
            return [
                Pointer(host.name, program=number, due=due)
                for host in self._observation.hosts
                for number, each in enumerate(host.transcripts)
                if each is by
            ]
        bad = [each for each in by.transcripts if each.exit_status]
        return self.end((bad or by.transcripts)[-1], due) if by.transcripts else []

    def capture(self, conversation: Conversation) -> str | None:
        """Return the host at which a conversation was seen."""
        for host in self._observation.hosts:
            if any(each is conversation.packets[0] for each in self._seen(host)):
                return host.name
        return None

    def number(self, conversation: Conversation, number: int, due: str = "") -> list[Pointer]:
        """Return the place of the packet of that number in a conversation's capture."""
        for packet in conversation.packets:
            if packet.number == number and (found := self._packets.get(id(packet))):
                return [replace(found, due=due)]
        return []

    @staticmethod
    def _seen(host: HostObservation) -> Sequence[Packet]:
        return host.capture.packets if host.capture else ()

    def _datagram(self, datagram: Datagram) -> list[Pointer]:
        for conversation in self._observation.conversations():
            if any(each is datagram for each in conversation.datagrams):
                return self.number(conversation, datagram.packets[0])
        return []

    def _carried(self, data: bytes) -> list[Pointer]:
        if not data:
            return []
        for host in self._observation.hosts:
            found = list(islice((one for one in self._seen(host) if data in one.payload), 2))
            if found:
                return self.of(found[0]) if len(found) == 1 else []
        return []

    def _transcript(self, place: Pointer) -> int:
        transcripts = self._observation.host(place.host).transcripts
        return id(transcripts[place.program or 0])

    @cached_property
    def _lines(self) -> list[tuple[Line, Pointer]]:
        return [
            (line, Pointer(host.name, program=number, line=index))
            for host in self._observation.hosts
            for number, transcript in enumerate(host.transcripts)
            for index, line in enumerate(transcript.lines)
        ]

    @cached_property
    def _packets(self) -> dict[int, Pointer]:
        found: dict[int, Pointer] = {}
        for host in self._observation.hosts:
            taken: Iterable[tuple[str | None, Sequence[Packet]]] = [
                (None, self._seen(host)),
                *((name, capture.packets) for name, capture in host.further.items()),
            ]
            for network, packets in taken:
                for packet in packets:
                    place = Pointer(host.name, network, packet.number)
                    found.update(dict.fromkeys(map(id, (packet, *packet.headers)), place))
        return found
