"""Causes in the look-up of a name: no such name, no address of the wanted kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Scene
from lab.observation.observation import HostObservation
from lab.wire.packet import Packet

NXDOMAIN = 3
REVERSE = ".arpa"


def lookups(scene: Scene) -> Iterator[Cause]:
    """Yield which names programs asked for in vain, where the program then ended badly."""
    for host in scene.observation.hosts:
        asked: dict[str, list[Packet]] = {}
        for packet in host.capture.packets if host.capture else ():
            if _answers(packet, host):
                label = _name(packet).partition(".")[0]
                asked.setdefault(label, []).append(packet)
        for packets in asked.values():
            first = packets[0].time_ns
            program = scene.running(host.name, first)
            if program is not None and program.failure:
                yield from _in_vain(scene, host.name, packets)


def _in_vain(scene: Scene, host: str, answers: Sequence[Packet]) -> Iterator[Cause]:
    messages = [packet.dns for packet in answers if packet.dns is not None]
    if any(message.answers or message.tc for message in messages):
        return
    last, family = answers[-1], scene.observation.family
    who, name = scene.caller(host, last.time_ns), min(map(_name, answers), key=len)
    kinds = {question.type for message in messages for question in message.questions}
    if all(message.rcode == NXDOMAIN for message in messages):
        known = sorted(set(scene.observation.names.values()))
        near = get_close_matches(name.partition(".")[0], known, n=1)
        there = f" There is a host {near[0]}." if near else ""
        sentence = f'{who} asked for the name "{name}", which does not exist (NXDOMAIN).{there}'
        yield Cause(sentence, host, last.time_ns, packet=last)
    elif kinds and kinds.isdisjoint({family.record}) and kinds <= {"A", "AAAA"}:
        # A name without the record: no error, no answer (RFC 2308, 2.2).
        without = next((each for each in answers if each.dns and each.dns.rcode == 0), None)
        if without is not None:
            yield Cause(
                f"{who} asked only for a record {min(kinds)} of {_name(without)}, and it has none."
                f" In a run over {family.label} a host has a record {family.record}.",
                host,
                without.time_ns,
                packet=without,
            )


def _answers(packet: Packet, host: HostObservation) -> bool:
    """Return whether this is a response to the host about a name."""
    dns, to = packet.dns, packet.destination
    asks = dns is not None and dns.qr and bool(dns.questions)
    own = to is not None and to.ip in host.addresses.values()
    return asks and own and not _name(packet).endswith(REVERSE)


def _name(packet: Packet) -> str:
    return packet.dns.questions[0].name.rstrip(".") if packet.dns else ""
