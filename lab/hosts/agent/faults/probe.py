"""Whether a narrow link, a link that is down and a firewall really are that, met by a packet.

No tap on the host's cards sees any of it: what is tried on a card is refused by the kernel before
it gets there, and a firewall is met on a cable of its own, whose both ends are in this host.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from lab.hosts.agent import guards, tap
from lab.hosts.agent.faults import cards
from lab.hosts.agent.frame import MARKER as MARKER_TYPE
from lab.hosts.agent.frame import MARKER_BYTES

DEADLINE = 2.0
"""Seconds that a probe may take to come through the host."""

AGAIN = 0.02
"""Seconds of silence after which a probe is sent again."""

MTU_DISCOVER = {socket.AF_INET: (socket.IPPROTO_IP, 10), socket.AF_INET6: (socket.IPPROTO_IPV6, 23)}
PATH_MTU = {socket.AF_INET: (socket.IPPROTO_IP, 14), socket.AF_INET6: (socket.IPPROTO_IPV6, 24)}
"""IP_MTU_DISCOVER and IP_MTU of ip(7), and what ipv6(7) calls like them."""

NEVER_FRAGMENT = 2
HEADERS = {socket.AF_INET: 20 + 8, socket.AF_INET6: 40 + 8}
DISCARD = 9

ENDS = ("probe0", "probe1")
FROM, TO = {4: "192.0.2.2", 6: "2001:db8::2"}, {4: "192.0.2.3", 6: "2001:db8::3"}
"""Addresses for documentation (RFC 5737, RFC 3849): they are nobody's."""

OWN = ("192.0.2.1/24", "2001:db8::1/64")
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
MARKER = 253
"""A protocol for experiments (RFC 3692): no firewall of the lab is about it."""

PROTOCOLS = {4: {"icmp": 1, "tcp": 6, "udp": 17}, 6: {"icmp": 58, "tcp": 6, "udp": 17}}
UNREACHABLE, TOO_OLD = {4: 3, 6: 1}, {4: 11, 6: 3}


class Seen(NamedTuple):
    """What came out at the end of the cable: the protocol, and of ICMP the type."""

    protocol: int
    kind: int | None


def narrow(card: str, size: int) -> None:
    """Try to send one byte more than a card is to carry; raises OSError where that goes."""
    for family, there in _neighbours(card):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
            probe.setsockopt(*MTU_DISCOVER[family], NEVER_FRAGMENT)
            probe.connect((there, DISCARD))
            carries = probe.getsockopt(*PATH_MTU[family])
            data = bytes(size + 1 - HEADERS[family])
            went = not _is_refused(partial(probe.send, data), errno.EMSGSIZE)
        if carries != size or went:
            too_much = f", and {size + 1} went" if went else ""
            raise OSError(f"{card} was to carry {size} bytes, and carries {carries}{too_much}")


def down(card: str) -> None:
    """Try to send a frame by a card whose link is to be down; raises OSError where that goes."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as probe:
        frame = bytes(12) + MARKER_BYTES + bytes(46)
        if not _is_refused(lambda: probe.sendto(frame, (card, MARKER_TYPE)), errno.ENETDOWN):
            raise OSError(f"{card} was to be down, and a frame went out by it")


def refused(own: guards.Guards, protocol: str, port: int | None, polite: bool) -> None:
    """Send a packet through this host that its firewall is about, over IPv4 and IPv6.

    Behind it goes one that no firewall is about. Raises OSError where what comes should not.
    """
    with cable(own, "a trial of the firewall") as end:
        for version in (4, 6):
            _meet(end, version, protocol, port or DISCARD, polite)


@contextlib.contextmanager
def cable(own: guards.Guards, what: str) -> Iterator[socket.socket]:
    """Lay a cable of which both ends are in this host, and yield a packet socket at the far one."""
    far, near = ENDS
    do = [
        ["ip", "link", "add", far, "type", "veth", "peer", "name", near],
        ["ip", "link", "set", far, "arp", "off", "up"],
        ["ip", "link", "set", near, "arp", "off", "up"],
        *(["ip", "addr", "add", address, "dev", near, "nodad"] for address in OWN),
    ]
    number = own.add(what, (do, [["ip", "link", "del", far]]))
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as end:
            end.bind((far, tap.ETH_P_ALL))
            yield end
    finally:
        own.undo(number)


def opens(end: socket.socket, version: int) -> bool:
    """Send a packet through this host until one comes back: whether one did in time."""
    came = _come(end, version, [head(version) + packet(version, MARKER, 0)], None)
    return any(each.protocol == MARKER for each in came)


def head(version: int) -> bytes:
    """Return what a frame begins with that the near end of the cable takes for its own."""
    with open(f"/sys/class/net/{ENDS[1]}/address") as file:  # noqa: PTH123 - as all of /sys
        to = bytes.fromhex(file.read().strip().replace(":", ""))
    return to + bytes(6) + ETHERTYPES[version].to_bytes(2, "big")


def _meet(end: socket.socket, version: int, protocol: str, port: int, polite: bool) -> None:
    number = PROTOCOLS[version][protocol]
    sent = [packet(version, number, port), packet(version, MARKER, 0)]
    silent = protocol == "icmp" and not polite
    if silent:
        # One that is too old to go on: what the host would say to that, it is not to say.
        sent.insert(1, packet(version, PROTOCOLS[version]["udp"], port, lives=1))
    frames = [head(version) + each for each in sent]
    seen = _come(end, version, frames, UNREACHABLE[version] if polite else None)
    icmp = PROTOCOLS[version]["icmp"]
    kinds = {each.kind for each in seen if each.protocol == icmp}
    wrong = {
        f"{protocol} went through": any(each.protocol == number != icmp for each in seen)
        or kinds & {8, 128},
        "nothing went through": Seen(MARKER, None) not in seen,
        "no refusal was told": polite and UNREACHABLE[version] not in kinds,
        "a refusal was told": not polite and UNREACHABLE[version] in kinds,
        "an ICMP error was told": silent and TOO_OLD[version] in kinds,
    }
    for what, is_so in wrong.items():
        if is_so:
            raise OSError(f"the firewall was tried over IPv{version}, and {what}")


def _come(end: socket.socket, version: int, frames: list[bytes], kind: int | None) -> list[Seen]:
    """Send frames; return what comes until the marker does, and ICMP of this kind where it is due.

    Sent again while nothing comes: the kernel takes a new cable into use in its own time.
    """
    seen: list[Seen] = []
    give_up = time.monotonic() + DEADLINE
    end.settimeout(AGAIN)
    for frame in frames:
        end.send(frame)
    while time.monotonic() < give_up:
        try:
            frame, (_, ethertype, direction, *_) = end.recvfrom(2048)
        except TimeoutError:
            for frame in frames:
                end.send(frame)
            continue
        if direction == tap.PACKET_OUTGOING or ethertype != ETHERTYPES[version]:
            continue
        came = frame[14:]
        protocol, start = (came[9], 20) if version == 4 else (came[6], 40)
        is_icmp = protocol == PROTOCOLS[version]["icmp"]
        seen.append(Seen(protocol, came[start] if is_icmp else None))
        marked = any(each.protocol == MARKER for each in seen)
        if marked and (kind is None or any(each.kind == kind for each in seen)):
            break
    return seen


def packet(version: int, protocol: int, port: int, lives: int = 64, data: bytes = b"") -> bytes:
    """Return an IP packet with a UDP, TCP (SYN) or ICMP (echo) header, its checksums good.

    ``data`` are an even number of bytes.
    """
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    ends = b"".join(socket.inet_pton(family, end[version]) for end in (FROM, TO))
    carried = {
        1: struct.pack("!BBHHH", 8, 0, 0, 1, 1),
        58: struct.pack("!BBHHH", 128, 0, 0, 1, 1),
        6: struct.pack("!HHIIBBHHH", port, port, 1, 0, 0x50, 2, 1024, 0, 0),
        17: struct.pack("!HHHH", port, port, 8 + len(data), 0),
    }.get(protocol, b"")
    carried += data
    if at := {1: 2, 58: 2, 6: 16, 17: 6}.get(protocol):
        pseudo = ends + struct.pack("!II", len(carried), protocol) if protocol != 1 else b""
        carried = carried[:at] + _checksum(pseudo + carried) + carried[at + 2 :]
    if version == 6:
        return struct.pack("!IHBB", 6 << 28, len(carried), protocol, lives) + ends + carried
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(carried), 1, 0, lives, protocol, 0) + ends
    return header[:10] + _checksum(header) + header[12:] + carried


def _checksum(data: bytes) -> bytes:
    """Return the Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (~total & 0xFFFF).to_bytes(2, "big")


def _is_refused(send: Callable[[], object], why: int) -> bool:
    try:
        send()
    except OSError as error:
        if error.errno == why:
            return True
        raise
    return False


def _neighbours(card: str) -> Iterator[tuple[socket.AddressFamily, str]]:
    """Yield for each IP version an address on a card's network, which is not the card's own."""
    for address in cards.addresses(card):
        if address.is_link_local:
            continue
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        there = address.network[-2 if address.ip != address.network[-2] else -3]
        yield family, str(there)
