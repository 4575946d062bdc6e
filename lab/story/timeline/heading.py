"""What stands above a ladder: the conversations, and each host's name and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lab.observation.observation import Observation
from lab.observation.talk import Talk
from lab.story.text import harmless
from lab.story.timeline.joint import Joint
from lab.story.timeline.selection import Labelled

MOST_TALKS = 6


def titled(observation: Observation, host: str) -> str:
    """Return a host's name and its address in the run's IP version."""
    for each in observation.hosts:
        if each.name == host:
            address = each.addresses.get(observation.family, "")
            return host if host.startswith(address) else f"{host} {address}"
    colon = observation.family.label == "IPv6"
    known = [ip for ip, name in observation.names.items() if name == host and (":" in ip) == colon]
    return harmless(f"{host} {known[0]}" if known else host)


def addresses(observation: Observation, joint: Joint) -> tuple[str, ...]:
    """Return a router's addresses on the two networks that a packet came from and went to."""
    links = {link.network: link.addresses for link in observation.host(joint.host).links}
    both = (links[each.network].get(observation.family, "") for each in (joint.came, joint.went))
    return tuple(filter(None, dict.fromkeys(both)))


def passes_on(title: str) -> str:
    """Return what a reader has to know of a router's life line."""
    return f"┆ {title}: passes packets on, and has no socket for them"


def talk_lines(drawn: Sequence[Labelled], numbered: Mapping[Talk, int]) -> Iterator[str]:
    """Yield each conversation: its number, its protocol and its two ends."""
    seen: dict[object, str] = {}
    for transit, _ in drawn:
        packet, talk = transit.packet, transit.talk
        if talk is None or talk in seen or transit.dns is not None:
            continue
        source, destination = packet.source, packet.destination
        if transit.event is not None and transit.event.sender == "server":
            source, destination = destination, source
        number = f"#{numbered[talk]} " if talk in numbered else ""
        lent = next((joint for joint in transit.joints if joint.lent), None)
        through = f" (through {lent.host}: {lent.lent})" if lent else ""
        seen[talk] = f"{number}{packet.protocol.upper()} {source} → {destination}{through}"
    yield from list(seen.values())[:MOST_TALKS]
    if len(seen) > MOST_TALKS:
        yield f"… and {len(seen) - MOST_TALKS} more conversations"
