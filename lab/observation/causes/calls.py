"""Causes in calls that were refused, or that nobody could answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Listener, Scene, called
from lab.observation.transcript import Transcript
from lab.wire.address import Address, Family, Service
from lab.wire.conversation import Conversation
from lab.wire.packet import Packet

DNS_PORT = 53

LATE_NS = 50_000_000
"""How late a sample may show that a socket is gone."""

ARP_REQUEST, SOLICITATION = 1, 135


@dataclass(frozen=True)
class Refused:
    """A call that its receiver's host refused."""

    who: str
    to: str
    service: Service
    at: Address
    time_ns: int


def calls(scene: Scene) -> Iterator[Cause]:
    """Yield why calls were refused, and which addresses nobody has."""
    yield from _nobodys(scene)
    observation = scene.observation
    for talk in observation.conversations():
        caller, to = observation.host_of(talk.client), observation.host_of(talk.server)
        if caller is None or talk.server.port == DNS_PORT:
            continue
        program = scene.running(caller, talk.started_ns)
        if program is not None and program.fails and not program.failure:
            continue  # the scenario says that it fails so
        who, first = scene.caller(caller, talk.started_ns), talk.packets[0]
        service = Service(talk.server.port or 0, talk.protocol)
        if talk.refused and to is not None:
            refused = Refused(who, to, service, talk.server, talk.started_ns)
            answers = [*(event.packet for event in talk.resets), *talk.errors, first]
            for said, inferred in _why(scene, refused):
                yield Cause(said, to, talk.started_ns, inferred, answers[0])
        elif to is None and _is_unanswered(talk):
            said = f"{who} called {talk.server.ip}, an address that no host of the lab has."
            yield Cause(said, caller, talk.started_ns, packet=first)


def _why(scene: Scene, call: Refused) -> Iterator[tuple[str, bool]]:
    """Yield why a call was refused, at most one sentence, and whether that is inferred."""
    there = [each for each in scene.listeners if each.host == call.to]
    same = [each for each in there if each.service == call.service]
    now = [each for each in same if each.is_open(call.time_ns)]
    if now:
        yield from _unreachable(scene, now, call)
        return
    other = [
        each
        for each in there
        if each.service.port == call.service.port and each.is_open(call.time_ns)
    ]
    if other:
        has = other[0].service
        yield f"{call.who} called {call.service} of {call.to}, and {other[0]} is at {has}.", False
        return
    yield _absent(scene, call, same, there), False


def _unreachable(
    scene: Scene, listeners: Sequence[Listener], call: Refused
) -> Iterator[tuple[str, bool]]:
    """Yield why sockets that listen on the port did not hear a call to this address."""
    first, at = listeners[0], listeners[0].local.ip
    if any(each.takes(call.at.ip) for each in listeners):
        ended = [each.ended_ns for each in listeners if each.takes(call.at.ip)]
        if any(end is not None and end - call.time_ns < LATE_NS for end in ended):
            yield _gone(scene, first, call), True
    elif first.v6only and call.at.family is Family.IPV4:
        yield f"{first} listens on {first.local} for IPv6 only, and was called over IPv4.", False
    elif all(each.is_for_own_host for each in listeners):
        yield f"{first} listens on {at}, so no other host can reach it.", False
    elif at == Family.IPV4.unspecified:
        yield f"{first} listens on {first.local} for IPv4 only, and was called over IPv6.", False
    else:
        yield f"{first} listens on {at} only, and was called at {call.at.ip}.", False


def _absent(
    scene: Scene, call: Refused, same: Sequence[Listener], there: Sequence[Listener]
) -> str:
    """Say where the listener was that a call did not meet."""
    earlier = [each for each in same if each.began_ns <= call.time_ns]
    if earlier:
        return _gone(scene, earlier[-1], call)
    if same:
        early = (same[0].began_ns - call.time_ns) / 1e6
        return f"{call.who} called {early:.0f} ms before {same[0]} listened on {call.service}."
    elsewhere = [
        each for each in scene.listeners if each.service == call.service and each.host != call.to
    ]
    if elsewhere:
        does = f"nobody listened on {call.service}; {elsewhere[0]} does"
        return f"{call.who} called {call.to}, where {does}."
    other = [
        each
        for each in there
        if each.program is not None
        and each.is_open(call.time_ns)
        and each.service.protocol == call.service.protocol
    ]
    if other:
        has = other[0].service
        return f"{call.who} called {call.service} of {call.to}, and {other[0]} listens on {has}."
    ended = _ended_before(scene, call)
    had = f": {called(ended)} had ended" if ended else ""
    return f"When {call.who} called, nobody listened on {call.service} of {call.to}{had}."


def _gone(scene: Scene, listener: Listener, call: Refused) -> str:
    """Say that a listener was there before a call, and is no more."""
    program = listener.program
    has_ended = program is not None and program.ended_ns <= call.time_ns
    did = "had ended" if has_ended else f"no longer listened on {call.service}"
    return f"When {call.who} called, {listener} {did}."


def _ended_before(scene: Scene, call: Refused) -> Transcript | None:
    """Return the last program of the host that was called, if all of them had ended by then."""
    programs = [
        each
        for each in scene.observation.transcripts
        if each.host == call.to and each.started_ns <= call.time_ns
    ]
    over = all(each.ended_ns <= call.time_ns for each in programs)
    return programs[-1] if programs and over else None


def _is_unanswered(talk: Conversation) -> bool:
    return (
        all(event.sender == "client" for event in talk.events)
        and not talk.errors
        and not talk.server.is_multicast
        and not talk.server.ip.endswith(".255")
    )


def _nobodys(scene: Scene) -> Iterator[Cause]:
    """Yield the addresses on a host's own network that it asked for, and that nobody has."""
    names = scene.observation.names
    for host in scene.observation.hosts:
        own = {address for link in host.links for address in link.addresses.values()}
        own |= set(host.addresses.values())
        for packet in host.capture.packets if host.capture else ():
            sender, wanted = _looks_for(packet)
            if sender in own and wanted and wanted not in names and wanted not in own:
                who = scene.caller(host.name, packet.time_ns)
                said = f"{who} called {wanted}, an address that no host of the lab has."
                yield Cause(said, host.name, packet.time_ns, packet=packet)


def _looks_for(packet: Packet) -> tuple[str, str]:
    """Return who asks for a hardware address (ARP, RFC 4861), and of which address."""
    arp, icmp = packet.arp, packet.icmpv6
    if arp is not None and arp.operation == ARP_REQUEST:
        return arp.sender_ip, arp.target_ip
    if icmp is not None and icmp.type == SOLICITATION and packet.ipv6 is not None:
        return packet.ipv6.source, str(icmp.target or "")
    return "", ""
