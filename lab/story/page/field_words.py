"""What each field of a header is for, in a sentence, and which RFC says so."""

from __future__ import annotations

SOURCES = {
    "Ethernet": "IEEE 802.3",
    "802.1Q": "IEEE 802.1Q, 9.6",
    "Linux Cooked": "LINKTYPE_LINUX_SLL",
    "Linux Cooked v2": "LINKTYPE_LINUX_SLL2",
    "Loopback": "LINKTYPE_NULL",
    "ARP": "RFC 826",
    "IPv4": "RFC 791, 3.1",
    "IPv6": "RFC 8200, 3",
    "Hop-by-Hop Options": "RFC 8200, 4.3",
    "Destination Options": "RFC 8200, 4.6",
    "Routing": "RFC 8200, 4.4",
    "Fragment": "RFC 8200, 4.5",
    "ICMP": "RFC 792",
    "ICMPv6": "RFC 4443",
    "TCP": "RFC 9293, 3.1",
    "UDP": "RFC 768",
    "DNS": "RFC 1035, 4.1",
}

_PORTS = {
    "Source Port": "names the socket that sent it, on its host",
    "Destination Port": "names the socket that is to get it: a server's is known beforehand",
}
_ADDRESSES = {
    "Source Address": "names the card that sent the packet; answers go there",
    "Destination Address": "names the card that is to get the packet; routers read only this",
}
_CHECKSUM = {"Checksum": "lets the receiver notice bits that were damaged on the way"}
_ICMP = {
    "Type": "says what kind of message it is: an echo, an error",
    "Code": "says more exactly which message of this type it is",
    **_CHECKSUM,
    "Identifier": "tells the echoes of one program from those of another",
    "Sequence Number": "counts the echoes, so that a reply is matched with its request",
    "Unused": "is 0, and nobody reads it",
}
_EXTENSION = {
    "Next Header": "says which header follows this one",
    "Hdr Ext Len": "says how long this header is, in units of 8 bytes after the first 8",
    "PadN": "fills the header up to a multiple of 8 bytes",
    "Pad1": "fills one byte",
    "Router Alert": "asks each router to look into the packet (RFC 2711)",
}

_COOKED = {
    "Packet Type": "says whether the host that captured it got it or sent it",
    "ARPHRD Type": "says what kind of card it was: 1 is Ethernet, 772 the loopback",
    "Link-Layer Address Length": "says how many bytes of the address count",
    "Link-Layer Address": "is the sender's hardware address, if its link has such",
    "Protocol": "says which protocol follows",
}

SAID: dict[str, dict[str, str]] = {
    "Ethernet": {
        "Destination": "names the card on this network that is to take the frame",
        "Source": "names the card on this network that sent the frame",
        "EtherType": "says which protocol the frame carries",
    },
    "802.1Q": {
        "Priority Code Point": "says how urgent the frame is",
        "Drop Eligible Indicator": "says whether a full switch may drop it first",
        "VLAN Identifier": "names the virtual network that the frame belongs to",
        "EtherType": "says which protocol the frame carries",
    },
    "Linux Cooked": _COOKED,
    "Linux Cooked v2": {
        **_COOKED,
        "Reserved": "is 0, and nobody reads it",
        "Interface Index": "is the card's number on the host that captured it",
    },
    "Loopback": {"Address Family": "says whether IPv4 or IPv6 follows, in the host's byte order"},
    "ARP": {
        "Hardware Address Space": "says what kind of hardware addresses follow: 1 is Ethernet",
        "Protocol Address Space": "says whose addresses are looked up: IPv4's",
        "Hardware Address Length": "says how many bytes a hardware address has",
        "Protocol Address Length": "says how many bytes a protocol address has",
        "Opcode": "says whether it asks (1) or answers (2)",
        "Sender Hardware Address": "names the card that speaks; an answer is all about this",
        "Sender Protocol Address": "is the IP address of the host that speaks",
        "Target Hardware Address": "is empty in a question: it is what is looked for",
        "Target Protocol Address": "is the IP address that is asked for",
    },
    "IPv4": {
        "Version": "says how to read the rest: 4 here, 6 in IPv6",
        "IHL": "says how long this header is, because it may have options",
        "Type of Service": "asks for a treatment on the way, and marks congestion (RFC 2474, 3168)",
        "Total Length": "says how many bytes the packet has, its headers with it",
        "Identification": "is the same in all fragments of one packet",
        "Reserved": "is 0",
        "Don't Fragment": "forbids routers to cut the packet: they send an error instead",
        "More Fragments": "says that this is not the last fragment",
        "Fragment Offset": "says where in the whole packet this fragment's bytes belong",
        "Time to Live": "counts down at each router; at 0 the packet is dropped",
        "Protocol": "says what the packet carries: 6 is TCP, 17 UDP, 1 ICMP",
        "Header Checksum": "lets each router notice damage in this header",
        "Router Alert": "asks each router to look into the packet (RFC 2113)",
        **_ADDRESSES,
    },
    "IPv6": {
        "Version": "says how to read the rest: 6 here, 4 in IPv4",
        "Traffic Class": "asks for a treatment on the way, and marks congestion (RFC 2474, 3168)",
        "Flow Label": "is the same in all packets of a flow, so that routers keep them together",
        "Payload Length": "says how many bytes follow this header",
        "Next Header": "says what follows: 6 is TCP, 17 UDP, 58 ICMPv6, or a header of options",
        "Hop Limit": "counts down at each router; at 0 the packet is dropped",
        **_ADDRESSES,
    },
    "Hop-by-Hop Options": _EXTENSION,
    "Destination Options": _EXTENSION,
    "Routing": _EXTENSION
    | {
        "Routing Type": "says what kind of route follows",
        "Segments Left": "says how many stations of the route are still to come",
        "type-specific data": "holds the route",
    },
    "Fragment": {
        "Next Header": "says what the whole packet carries",
        "Reserved": "is 0",
        "Res": "is 0",
        "Fragment Offset": "says where in the whole packet this fragment's bytes belong",
        "M flag": "says that more fragments follow",
        "Identification": "is the same in all fragments of one packet",
    },
    "ICMP": _ICMP | {"Next-Hop MTU": "says how large a packet may be to pass on (RFC 1191)"},
    "ICMPv6": _ICMP
    | {
        "MTU": "says how large a packet may be to pass on",
        "Reserved": "is 0",
        "Target Address": "is the address whose card is looked for, or announced (RFC 4861)",
        "Source Link-Layer Address": "names the card of the host that asks (RFC 4861)",
        "Target Link-Layer Address": "names the card that was looked for (RFC 4861)",
        "Router flag": "says that the host that answers is a router (RFC 4861)",
        "Solicited flag": "says that somebody asked for this answer (RFC 4861)",
        "Override flag": "says that the answer replaces what was known before (RFC 4861)",
    },
    "UDP": {
        **_PORTS,
        "Length": "says how many bytes the datagram has, its header with it: a datagram has an end",
        **_CHECKSUM,
    },
    "TCP": {
        **_PORTS,
        "Sequence Number": "is the number of the first byte of data here; it begins anywhere",
        "Acknowledgment Number": "is the number of the byte that its sender expects next",
        "Data Offset": "says where the data begins, because options make the header longer",
        "Reserved": "is 0, for later use",
        "Control Bits": "say what the segment is for",
        "CWR": "says that the sender slows down, as it was asked to (RFC 3168)",
        "ECE": "says that a router marked congestion on the way (RFC 3168)",
        "URG": "says that the urgent pointer counts",
        "ACK": "says that the acknowledgment number counts: in all segments but the first",
        "PSH": "asks to hand the data to the program at once",
        "RST": "ends the connection at once: something is wrong, or nobody listens",
        "SYN": "says that the sender's numbers start here: only its first segment has it",
        "FIN": "says that no more data will come from this side",
        "Window": "says how many more bytes the sender of this segment has room for",
        **_CHECKSUM,
        "Urgent Pointer": "says where urgent data ends, if URG is set",
        "Maximum Segment Size": "says how much data one segment to this side may carry",
        "Window Scale": "says by how much this side's window has to be multiplied (RFC 7323)",
        "SACK-Permitted": "says that this side understands selective acknowledgments (RFC 2018)",
        "SACK": "names bytes that arrived although earlier ones are missing (RFC 2018)",
        "Timestamps": "measure how long an answer takes (RFC 7323)",
        "No-Operation": "fills one byte, so that the next option stands well",
        "MD5 Signature": "proves who sent the segment (RFC 2385)",
        "TCP-AO": "proves who sent the segment (RFC 5925)",
        "User Timeout": "says how long the sender waits for acknowledgments (RFC 5482)",
        "Multipath TCP": "joins several connections into one (RFC 8684)",
        "Fast Open Cookie": "allows data in a later SYN (RFC 7413)",
        "End of Option List": "says that no more options follow",
    },
    "DNS": {
        "ID": "is the same in a question and its answer",
        "QR": "says whether it is a question (query) or an answer (response)",
        "Opcode": "says what kind of question it is: 0 is a plain one",
        "AA": "says that the answer comes from who is responsible for the name",
        "TC": "says that the answer was too long for a datagram: ask again over TCP",
        "RD": "asks the server to ask others, if it has to",
        "RA": "says that the server would ask others",
        "Z": "is 0; two of its bits belong to DNSSEC",
        "RCODE": "says how it went: 0 is well, 3 that there is no such name",
        "QDCOUNT": "counts the questions",
        "ANCOUNT": "counts the answers",
        "NSCOUNT": "counts the records of who is responsible",
        "ARCOUNT": "counts the records beside the answer",
        "Question": "is the name that is asked for, and what about it",
        "Answer": "is a record that answers the question",
        "Authority": "says who is responsible for the name",
        "Additional": "is a record that the asker will need next",
    },
}

CONTROL_BITS = ("CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN")
"""TCP's control bits, from the left; each is a cell of its own."""


def purpose(header: str, field: str) -> str:
    """Return what a field is for, as a sentence with its source; nothing for an unknown one."""
    said = SAID.get(header, {}).get(field, "")
    if not said:
        return ""
    source = "" if "(RFC" in said else f" ({SOURCES[header]})"
    return f"{field} {said}{source}."


def purposes(shapes: list[tuple[str, tuple[tuple[str, int, int], ...]]]) -> dict[str, str]:
    """Return what the fields of these headers are for, by header and field: ``TCP: Window``."""
    found = {}
    for header, fields in shapes:
        names = [name for name, _, _ in fields]
        for name in (*names, *(CONTROL_BITS if "Control Bits" in names else ())):
            if said := purpose(header, name):
                found[f"{header}: {name}"] = said
    return found
