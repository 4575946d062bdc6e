"""Causes in the look-up of a name: no such name, no address of the wanted kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Scene
from lab.observation.observation import HostObservation
from lab.wire.packet import Dns, Packet
from lab.wire.reading import dns_messages

NXDOMAIN = 3
REVERSE = ".arpa"


def lookups(scene: Scene) -> Iterator[Cause]:
    """Yield which names programs asked for in vain, where the program then ended badly."""
    for host in scene.observation.hosts:
        asked: dict[str, list[tuple[Packet, Dns]]] = {}
        for talk in scene.observation.conversations(at=host.name):
            for packet, message in dns_messages(talk):
                if _answers(packet, message, host) and not message.tc:
                    label = _name(message).partition(".")[0]
                    asked.setdefault(label, []).append((packet, message))
        for answers in asked.values():
            program = scene.running(host.name, answers[0][0].time_ns)
            if program is not None and program.failure:
                yield from _in_vain(scene, host.name, answers)


def _in_vain(scene: Scene, host: str, answers: Sequence[tuple[Packet, Dns]]) -> Iterator[Cause]:
    messages = [message for _, message in answers]
    if any(message.answers for message in messages):
        return
    last, family = answers[-1][0], scene.observation.family
    who, name = scene.caller(host, last.time_ns), min(map(_name, messages), key=len)
    kinds = {question.type for message in messages for question in message.questions}
    if all(message.rcode == NXDOMAIN for message in messages):
        known = sorted(set(scene.observation.names.values()))
        near = get_close_matches(name.partition(".")[0], known, n=1)
        there = f" There is a host {near[0]}." if near else ""
        sentence = f'{who} asked for the name "{name}", which does not exist (NXDOMAIN).{there}'
        yield Cause(sentence, host, last.time_ns, packet=last)
    elif kinds and kinds.isdisjoint({family.record}) and kinds <= {"A", "AAAA"}:
        # A name without the record: no error, no answer (RFC 2308, 2.2).
        for packet, message in answers:
            if message.rcode == 0:
                yield Cause(
                    f"{who} asked only for a record {min(kinds)} of {_name(message)}, and it has"
                    f" none. In a run over {family.label} a host has a record {family.record}.",
                    host,
                    packet.time_ns,
                    packet=packet,
                )
                return


def _answers(packet: Packet, dns: Dns, host: HostObservation) -> bool:
    """Return whether this is a response to the host about a name."""
    to = packet.destination
    own = to is not None and to.ip in host.addresses.values()
    return own and dns.qr and bool(dns.questions) and not _name(dns).endswith(REVERSE)


def _name(dns: Dns) -> str:
    return dns.questions[0].name.rstrip(".")
