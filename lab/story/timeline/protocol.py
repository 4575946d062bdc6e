"""What a packet of IP, ICMP or DNS is called in a story, in words."""

from __future__ import annotations

from lab.story.text import harmless
from lab.wire.packet import Packet
from lab.wire.packet.internet.ipv6_extension import Fragment


def fragment(packet: Packet) -> tuple[str, str]:
    """Return which bytes of a datagram these are, if not all, and whether they are the last.

    RFC 791, 3.1; RFC 8200, 4.5.
    """
    if packet.ipv4 is not None:
        offset, more = packet.ipv4.fragment_offset, packet.ipv4.more_fragments
        length = packet.ipv4.total_length - packet.ipv4.ihl * 4
    else:
        header = next((each for each in packet.headers if isinstance(each, Fragment)), None)
        if header is None or packet.ipv6 is None:
            return "", ""
        offset, more = header.fragment_offset, header.more_fragments
        stop = packet.ipv6.start + 40 + packet.ipv6.payload_length
        length = stop - header.start - header.length
    if not offset and not more:
        return "", ""
    part = f"IP fragment {offset}–{offset + max(length, 1) - 1}"
    return part, "" if more else "(last)"


def failure(name: str) -> str:
    """Return an ICMP error without the part that its cause already says."""
    return name.removeprefix("destination unreachable: ")


def dns_words(packet: Packet) -> str:
    """Return what a DNS message asks or answers."""
    dns = packet.dns
    if dns is None:
        return "DNS"
    asked = ", ".join(f"{each.type}? {harmless(each.name)}" for each in dns.questions)
    if not dns.qr:
        return asked or "DNS query"
    answers = ", ".join(f"{each.type} {harmless(each.data)}" for each in dns.answers)
    if answers:
        return answers
    return f"{dns.rcode_name}" if dns.rcode else f"no {asked.partition('?')[0]} record"
