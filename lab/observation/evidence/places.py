"""Where in a run a value of the lab's own kinds belongs: which packet, line, or program."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.step import behind
from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route
from lab.observation.transcript import Line, Transcript
from lab.wire.conversation import Conversation, Datagram, Message
from lab.wire.packet import Packet

MOST = 3
"""Places that one expectation names."""

_ABOUT_A_PROGRAM = ("stdout", "stderr", "exit_status", "error", "failure", "lines")


class Places:
    """The places of one run, by the identity of the values that belong there."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def of(self, value: object) -> list[Pointer]:
        """Return the place of a packet, a header, a line and the like; none for other values."""
        if isinstance(value, list | tuple) and 0 < len(value) <= MOST:
            own = [each for each in value if not isinstance(each, str)]
            return list(dict.fromkeys(place for each in own for place in self.of(each)))
        if isinstance(value, Route):
            value = value.last
        # An event, an echo, an HTTP message and the like each know the packet that they come from.
        value = getattr(value, "packet", value)
        key = value.time_ns if isinstance(value, Message | Datagram) else id(value)
        found = self._known.get(key)
        return [found] if found else []

    def whole(self, value: object) -> list[Pointer]:
        """Return the end of a program or of a conversation."""
        if isinstance(value, Conversation):
            return self.of(value.packets[-1])
        return self.end(value) if isinstance(value, Transcript) else []

    def behind(self, owner: object, name: str, value: Any, at: int | None) -> list[Pointer]:
        """Return the place that gave an attribute its value, or its element ``at`` this index."""
        if isinstance(owner, Conversation):
            return self.of(behind(owner, name, value, at))
        if not isinstance(owner, HostObservation | Transcript) or name not in _ABOUT_A_PROGRAM:
            return []
        is_stream = at is not None and isinstance(value, list)
        return self._printed(owner, name, at or 0) if is_stream else self.end(owner)

    def end(self, by: object) -> list[Pointer]:
        """Return where a program ended; of a host it is the last that has not ended well."""
        if isinstance(by, HostObservation):
            bad = [each for each in by.transcripts if each.exit_status]
            return self.end((bad or by.transcripts)[-1]) if by.transcripts else []
        return [
            Pointer(host.name, program=number)
            for host in self._observation.hosts
            for number, each in enumerate(host.transcripts)
            if each is by
        ]

    def at(self, place: Pointer) -> Packet | Line | None:
        """Return the packet or the line at a place; None where a program ended."""
        host = self._observation.host(place.host)
        if place.packet is not None:
            capture = host.captures[place.network] if place.network else host.capture
            return capture.packets[place.packet - 1] if capture else None
        lines = host.transcripts[place.program or 0].lines
        return lines[place.line] if place.line is not None and place.line < len(lines) else None

    def _printed(self, by: HostObservation | Transcript, stream: str, at: int) -> list[Pointer]:
        """Return the place of a line of this index; where it printed no more if there is none."""
        transcripts = by.transcripts if isinstance(by, HostObservation) else (by,)
        lines = [line for each in transcripts for line in each.lines if line.stream == stream]
        if at < len(lines):
            return self.of(lines[at])
        last = len(transcripts[-1].lines) if transcripts else 0
        return [Pointer(each.host, program=each.program, line=last) for each in self.end(by)]

    @cached_property
    def _known(self) -> dict[int, Pointer | None]:
        """Every place, by the identity of what is there; a packet's by its time as well."""
        known: dict[int, Pointer | None] = {}
        for key, place, is_text in self._every():
            # Python may keep one object for equal texts: such an object has no place.
            known[key] = None if is_text and key in known else known.get(key, place)
        return known

    def _every(self) -> Iterator[tuple[int, Pointer, bool]]:
        for host in self._observation.hosts:
            captures = ([(None, host.capture)] if host.capture else []) + [*host.further.items()]
            for network, capture in captures:
                for packet in capture.packets:
                    place = Pointer(host.name, network, packet.number)
                    for key in (packet.time_ns, *map(id, (packet, *packet.headers))):
                        yield key, place, False
            for number, transcript in enumerate(host.transcripts):
                for index, line in enumerate(transcript.lines):
                    place = Pointer(host.name, program=number, line=index)
                    yield id(line), place, False
                    if len(line.text) > 1:
                        yield id(line.text), place, True
