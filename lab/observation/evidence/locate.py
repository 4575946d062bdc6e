"""Where in a run a value of the lab's own kinds belongs: which packet, line, or program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from lab.observation.evidence.pointer import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route
from lab.observation.transcript import Transcript
from lab.wire.conversation import Conversation, Datagram, Message

MOST = 3
"""Places that one expectation names."""

LEAST = 4
"""Bytes of a text that may name the packet which carries it."""


class Places:
    """The places of one run, by the identity of the values that belong there."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def of(self, value: object, due: str = "") -> list[Pointer]:
        """Return the place of a packet, a header, a line and the like; none for other values."""
        if isinstance(value, list | tuple) and 0 < len(value) <= MOST:
            return list(dict.fromkeys(place for each in value for place in self.of(each, due)))
        if isinstance(value, Route):
            value = value.last
        # An event, an echo, an HTTP message and the like each know the packet that they come from.
        value = getattr(value, "packet", value)
        key = value.time_ns if isinstance(value, Message | Datagram) else id(value)
        found = self._known.get(key)
        return [replace(found, due=due)] if found else []

    def whole(self, value: object, due: str = "") -> list[Pointer]:
        """Return the end of a program or of a conversation."""
        if isinstance(value, Conversation):
            return self.of(value.packets[-1], due)
        return self.end(value, due) if isinstance(value, Transcript | HostObservation) else []

    def carrying(self, data: str | bytes) -> list[Pointer]:
        """Return where a text was printed or data was sent, if there is one such place only."""
        raw = data.encode() if isinstance(data, str) else data
        for host in self._observation.hosts if len(raw) >= LEAST else ():
            lines = [line for each in host.transcripts for line in each.lines]
            found: list[object] = [line for line in lines if line.text == data]
            packets = host.capture.packets if host.capture and not found else ()
            found += [packet for packet in packets if raw in packet.payload]
            if found:
                return self.of(found[0]) if len(found) == 1 else []
        return []

    def printed(
        self, by: HostObservation | Transcript, stream: str, index: int, due: str
    ) -> list[Pointer]:
        """Return the place of a line of this index; where it printed no more if there is none."""
        transcripts = by.transcripts if isinstance(by, HostObservation) else (by,)
        lines = [line for each in transcripts for line in each.lines if line.stream == stream]
        if index < len(lines):
            return self.of(lines[index], due)
        # What is missing is missing at the end.
        return [replace(each, line=len(transcripts[-1].lines)) for each in self.end(by, due)]

    def end(self, by: HostObservation | Transcript, due: str = "") -> list[Pointer]:
        """Return where a program ended; of a host it is the last that has not ended well."""
        if isinstance(by, HostObservation):
            bad = [each for each in by.transcripts if each.exit_status]
            return self.end((bad or by.transcripts)[-1], due) if by.transcripts else []
        return [
            Pointer(host.name, program=number, due=due)
            for host in self._observation.hosts
            for number, each in enumerate(host.transcripts)
            if each is by
        ]

    @cached_property
    def _known(self) -> dict[int, Pointer]:
        """Every place, by the identity of what is there; a packet's by its time as well."""
        return dict(reversed(list(self._every())))  # the first of a time

    def _every(self) -> Iterator[tuple[int, Pointer]]:
        for host in self._observation.hosts:
            captures = ([(None, host.capture)] if host.capture else []) + [*host.further.items()]
            for network, capture in captures:
                for packet in capture.packets:
                    place = Pointer(host.name, network, packet.number)
                    for key in (packet.time_ns, *map(id, (packet, *packet.headers))):
                        yield key, place
            for number, transcript in enumerate(host.transcripts):
                for index, line in enumerate(transcript.lines):
                    yield id(line), Pointer(host.name, program=number, line=index)
