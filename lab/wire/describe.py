"""A packet in words, by itself: what Wireshark shows in its Info column."""

from __future__ import annotations

from dataclasses import dataclass

from lab.wire.packet import Arp, Dns, FragmentSpan, Icmp, Icmpv6, Packet, Tcp
from lab.wire.packet.internet.icmpv6_message import NEIGHBOUR_DISCOVERY
from lab.wire.reading import Reading, by_port
from lab.wire.text import harmless

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_READABLE = 0.75
LONGEST_QUOTE = 400
_LONGEST_SUMMARY = 80
_GROUPS = frozenset({130, 131, 132, 143})


@dataclass(frozen=True)
class Description:
    """What a packet says: ``words``, then its data as ``quote``, then its data's ``size``.

    ``kind`` is ``arp``, ``fragment``, ``dns``, ``data`` or ``control`` (TCP), ``datagram`` (UDP),
    ``icmp``, ``neighbour`` (discovery), ``group`` (membership) or ``other``. ``quote`` is a text in
    quotation marks, or the line of a protocol. ``length`` is the data's, in bytes.
    """

    kind: str
    words: str = ""
    quote: str = ""
    size: str = ""
    length: int = 0

    @property
    def is_protocol_line(self) -> bool:
        """Whether the data are of a protocol that is read here: HTTP, TLS, MariaDB's."""
        return bool(self.quote) and not self.quote.startswith('"')


def describe(packet: Packet, reading: Reading | None = None) -> Description:
    """Return what a packet says.

    ``reading`` is what it says as part of its conversation, if that is known. Without it, a
    protocol over TCP is named only where a port says so.
    """
    if packet.arp is not None:
        return Description("arp", _arp(packet.arp))
    if packet.fragment is not None:
        return _fragment(packet.fragment)
    if packet.icmp_any is not None:
        return _icmp(packet.icmp_any)
    if packet.tcp is not None:
        return _tcp(packet, packet.tcp, by_port(packet) if reading is None else reading)
    if packet.dns is not None:
        return Description("dns", _dns(packet.dns))
    return _other(packet) if packet.udp is None else describe_data(packet.payload, "datagram")


def describe_data(
    payload: bytes, kind: str = "data", length: int | None = None, line: str = ""
) -> Description:
    """Return what shows which bytes these are: a protocol's line, a quoted text, or how many.

    ``length`` is how many there were on the wire, if more than ``payload`` has.
    """
    length = len(payload) if length is None else length
    text = None if line else _text(payload)
    if not line and (text is None or not length):
        size = f"{length} B of data" if length else "empty, 0 B"
        return Description(kind, size=size, length=length)
    quote = harmless(line) if line else f'"{text}"'
    return Description(kind, quote=quote, size=f"{length} B", length=length)


def complaint(packet: Packet) -> str:
    """Return what is wrong with a packet, in a word or two; "" where nothing is."""
    if packet.problems:
        return "malformed"
    return "" if packet.checksums_ok else "bad checksum"


def summary(packet: Packet) -> str:
    """Return one line on a packet: its ends, and what it says in at most 80 characters."""
    said = describe(packet)
    wrong = complaint(packet)
    if packet.ip is None:
        return _line(said.words, said.size, wrong)
    text = _line(said.words, said.quote, said.size, wrong)
    if len(text) > _LONGEST_SUMMARY and said.quote:
        rest = (wrong,) if said.is_protocol_line else (said.size, wrong)
        room = _LONGEST_SUMMARY - len(_line(*rest)) - 1
        mark = "" if said.is_protocol_line else '"'
        text = _line(_cut(said.quote.removesuffix(mark), room - len(mark)) + mark, *rest)
    return f"{packet.source} → {packet.destination} {_cut(text, _LONGEST_SUMMARY)}"


def _line(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _text(payload: bytes) -> str | None:
    """Return data that are mostly readable, the rest escaped; None where they are no text."""
    head = payload[:LONGEST_QUOTE]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(payload) <= len(head) or error.start < len(head) - 3:
            return None
        text = head[: error.start].decode("utf-8")
    readable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    if readable < len(text) * _READABLE:
        return None
    return harmless("".join(_ESCAPES.get(character, character) for character in text))


def _arp(arp: Arp) -> str:
    if arp.operation == 1:
        return f"ARP who has {arp.target_ip}?"
    return f"ARP {arp.sender_ip} is at {arp.sender_mac}"


def _fragment(span: FragmentSpan) -> Description:
    last = span.offset + max(span.stop - span.start, 1) - 1
    size = "" if span.more else "(last)"
    return Description("fragment", f"IP fragment {span.offset}–{last}", size=size)


def _dns(dns: Dns) -> str:
    asked = ", ".join(f"{each.type}? {harmless(each.name)}" for each in dns.questions)
    if dns.opcode:
        return f"DNS {dns.opcode_name}" + (f": {dns.rcode_name}" if dns.qr else "")
    if not dns.qr:
        return asked or "DNS query"
    said = [f"{each.type} {harmless(each.data)}" for each in dns.answers]
    said += [dns.rcode_name] if dns.rcode_extended else []
    said += ["truncated, to be asked over TCP"] if dns.tc else []
    return ", ".join(said) or _nothing(dns, asked.partition("?")[0])


def _nothing(dns: Dns, kind: str) -> str:
    """Return what a response without an answer says: absence only where a SOA says so.

    A SOA makes it NODATA, servers' names without one a referral (RFC 2308, 2.2; RFC 1034, 4.3.1).
    """
    authorities = {each.type: each.data for each in dns.authorities}
    if "SOA" in authorities:
        return f"no {kind} record"
    if "NS" in authorities and not dns.aa:
        return f"referral to {harmless(authorities['NS'])}"
    return "response without an answer"


def _tcp(packet: Packet, tcp: Tcp, reading: Reading) -> Description:
    if reading.dns:
        return Description("dns", ", ".join(map(_dns, reading.dns)))
    if packet.payload:
        return describe_data(packet.payload, line=reading.line)
    return Description("control", str(tcp.flags))


def _other(packet: Packet) -> Description:
    kind = "group" if packet.protocol == "igmp" else "other"
    return Description(kind, harmless(packet.protocol.upper()), size=f"{len(packet.data)} B")


def _icmp(icmp: Icmp | Icmpv6) -> Description:
    if isinstance(icmp, Icmpv6) and icmp.type in _GROUPS:
        return Description("group", f"ICMPv6 {icmp.message}")
    if isinstance(icmp, Icmpv6) and icmp.type in NEIGHBOUR_DISCOVERY:
        return Description("neighbour", f"ICMPv6 {icmp.message}")
    if icmp.is_error:
        # The cause that follows says that the destination was not reached.
        return Description("icmp", icmp.message.removeprefix("destination unreachable: "))
    number = f" {icmp.sequence}" if icmp.message.startswith("echo") else ""
    return Description("icmp", f"{icmp.message}{number}")
