"""A run retold in other words: as it would have been with a lesson's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lab.observation.calls.call import Call, Value
from lab.observation.host import HostObservation
from lab.observation.observation import Observation
from lab.observation.transcript import Line, Transcript
from lab.wire.packet import Packet, decode
from lab.wire.packet.header.checksum import internet_checksum
from lab.wire.pcap import Capture

CHECKSUM_OF_UDP, CHECKSUM_OF_TCP = 6, 16
"""Where the checksum stands in these headers, in bytes from their start."""


def retold(observation: Observation, words: Mapping[str, str]) -> Observation:
    """Return a run as it would have been with other words, each as long as the one it replaces.

    They are replaced in arguments, lines, calls and packets, also in capitals. A
    checksum that was right is right again.
    """
    table = {
        form(old): form(words[name])
        for name, old in observation.words.items()
        if name in words and len(words[name]) == len(old)
        for form in (str, str.upper, str.capitalize)
    }
    if not table:
        return observation
    teller = _Teller(table)
    hosts = tuple(map(teller.host, observation.hosts))
    return replace(observation, hosts=hosts, words={**observation.words, **words})


class _Teller:
    """Replaces words in all that a run showed."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table
        self._binary = {old.encode(): new.encode() for old, new in table.items()}
        self._pattern = re.compile("|".join(map(re.escape, table)))
        self._binary_pattern = re.compile(b"|".join(map(re.escape, self._binary)))

    def host(self, host: HostObservation) -> HostObservation:
        return replace(
            host,
            transcripts=tuple(map(self._transcript, host.transcripts)),
            capture=None if host.capture is None else self._capture(host.capture),
            captures={name: self._capture(each) for name, each in host.captures.items()},
        )

    def _transcript(self, transcript: Transcript) -> Transcript:
        arguments = tuple(map(self._text, transcript.arguments))
        lines, typed = map(self._lines, (transcript.lines, transcript.typed))
        made = tuple(map(self._call, transcript.made))
        return replace(transcript, arguments=arguments, lines=lines, typed=typed, made=made)

    def _call(self, call: Call) -> Call:
        arguments = tuple(map(self._value, call.arguments))
        result = None if call.result is None else self._value(call.result)
        return replace(call, arguments=arguments, result=result)

    def _value(self, value: Value) -> Value:
        if isinstance(value, bytes):
            return self._bytes(value)
        return self._text(value) if isinstance(value, str) else value

    def _bytes(self, data: bytes) -> bytes:
        return self._binary_pattern.sub(lambda match: self._binary[match[0]], data)

    def _lines(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(replace(line, text=self._text(line.text)) for line in lines)

    def _capture(self, capture: Capture) -> Capture:
        return replace(capture, packets=tuple(map(self._packet, capture.packets)))

    def _packet(self, packet: Packet) -> Packet:
        data = self._bytes(packet.data)
        if data == packet.data:
            return packet
        about = {"number": packet.number, "wire_length": packet.wire_length}
        return decode(_summed(packet, data), time_ns=packet.time_ns, **about)

    def _text(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._table[match[0]], text)


def _summed(packet: Packet, data: bytes) -> bytes:
    """Return ``data`` with the checksum of UDP or TCP made right, where the packet's own was.

    The checksum takes up what the other words add to the sum (RFC 1624).
    """
    header = packet.udp or packet.tcp
    if header is None or not header.checksum_ok:
        return data
    at = header.start + (CHECKSUM_OF_UDP if packet.udp else CHECKSUM_OF_TCP)
    grown = internet_checksum(data[header.start :]) - internet_checksum(packet.data[header.start :])
    checksum = (header.checksum + grown) % 0xFFFF or 0xFFFF
    return data[:at] + checksum.to_bytes(2, "big") + data[at + 2 :]
