"""Impairments of packets on their way through a router: a plan of copies, each with its time.

Nothing here touches the world: a packet's bytes and a time go in, what is to leave and when comes
out, so that equal packets and equal seeds give equal fates.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
NUMBERS = {"tcp": (TCP,), "udp": (UDP,), "icmp": (ICMP, ICMPV6)}
EXTENSIONS = (0, 43, 60)
FRAGMENT = 44
FRAME_HEADER = 14
"""Bytes that Ethernet puts in front of a packet: a link's rate is that of frames."""
BITS = {"FIN": 1, "SYN": 2, "RST": 4, "ACK": 16}


class Facts(NamedTuple):
    """What a rule can ask about a packet; ``start`` is where its transport header begins."""

    protocol: int
    ports: tuple[int, int] | None
    flags: int
    data_length: int
    start: int


class Copy(NamedTuple):
    """One packet to be sent on: when (seconds of the monotonic clock), and its bytes."""

    time: float
    data: bytes


class CardPair(NamedTuple):
    """From which card to which a packet goes through this host, by their numbers."""

    entered: int = 0
    leaves: int = 0


def facts(packet: bytes) -> Facts:
    """Read an IP packet (RFC 791, RFC 8200) as far as rules need it."""
    first = True
    if packet[0] >> 4 == 4:
        protocol, start = packet[9], (packet[0] & 15) * 4
        end = int.from_bytes(packet[2:4], "big")
        first = not int.from_bytes(packet[6:8], "big") & 0x1FFF
    else:
        protocol, start, end = packet[6], 40, len(packet)
        while protocol in (*EXTENSIONS, FRAGMENT) and start + 8 <= end:
            if protocol == FRAGMENT:
                first = not int.from_bytes(packet[start + 2 : start + 4], "big") & 0xFFF8
                length = 8
            else:
                length = (packet[start + 1] + 1) * 8
            protocol, start = packet[start], start + length
            if not first:
                break
    if not first or protocol not in (TCP, UDP) or start + 8 > end:
        return Facts(protocol, None, 0, end - start, start)
    ports = (
        int.from_bytes(packet[start : start + 2], "big"),
        int.from_bytes(packet[start + 2 : start + 4], "big"),
    )
    if protocol == UDP or start + 20 > end:
        return Facts(protocol, ports, 0, end - start - 8, start)
    header = (packet[start + 12] >> 4) * 4
    return Facts(protocol, ports, packet[start + 13], end - start - header, start)


class Rule:
    """One thing done to some of the packets that pass, as a description says.

    ``kind`` is one of ``KINDS``. ``nth`` counts the packets that match from 1; ``share`` is drawn
    for each by a generator of its own, begun with ``seed`` (1 where that is None); without both all
    that match are meant.
    ``card`` is the number of the card that they pass on the ``side`` ``entered``, ``leaves`` or
    ``either``.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        self.kind = str(description["kind"])
        self._effect: Callable[[Copy, Facts], list[Copy]] = getattr(self, f"_{KINDS[self.kind]}")
        self._about = description
        self._nth = frozenset(description.get("nth") or ())
        self._share: float | None = description.get("share")
        seed = description.get("seed")
        self._random = random.Random(1 if seed is None else seed)  # noqa: S311 - to be repeatable
        self._card: int | None = description.get("card")
        self._side = str(description.get("side", "either"))
        self._free = 0.0
        self._latest = 0.0
        self.matched = 0
        self.met = 0

    def matches(self, seen: Facts, way: CardPair) -> bool:
        """Whether this is about such a packet at all."""
        wanted = self._about
        sides = way if self._side == "either" else (getattr(way, self._side),)
        if self._card is not None and self._card not in sides:
            return False
        protocol, port = wanted.get("protocol"), wanted.get("port")
        if protocol is not None and seen.protocol not in NUMBERS[protocol]:
            return False
        if port is not None and (seen.ports is None or port not in seen.ports):
            return False
        having = wanted.get("having")
        if having == "data":
            return seen.data_length > 0
        return having is None or (seen.protocol == TCP and bool(seen.flags & BITS[having]))

    def of(self, copies: list[Copy], seen: Facts, way: CardPair) -> list[Copy]:
        """Return what becomes of a packet (and of copies that another impairment made of it)."""
        if not self.matches(seen, way):
            return copies
        self.matched += 1
        if self._nth and self.matched not in self._nth:
            return copies
        if self._share is not None and self._random.random() >= self._share:
            return copies
        self.met += 1
        return [made for copy in copies for made in self._effect(copy, seen)]

    def _lose(self, copy: Copy, seen: Facts) -> list[Copy]:
        return []

    def _double(self, copy: Copy, seen: Facts) -> list[Copy]:
        return [copy, copy]

    def _hold(self, copy: Copy, seen: Facts) -> list[Copy]:
        return [Copy(copy.time + self._about["seconds"], copy.data)]

    def _delay(self, copy: Copy, seen: Facts) -> list[Copy]:
        jitter = self._about.get("jitter", 0.0)
        late = copy.time + self._about["seconds"] + self._random.uniform(-jitter, jitter)
        # A wire keeps the order; what overtakes is Reorder's.
        self._latest = max(self._latest, late)
        return [Copy(self._latest, copy.data)]

    def _pace(self, copy: Copy, seen: Facts) -> list[Copy]:
        """Send at so many bits a second; what finds a full queue is lost (as tc-tbf(8) does)."""
        rate = self._about["bits_per_second"] / 8
        length = FRAME_HEADER + len(copy.data)
        begins = max(copy.time, self._free)
        if (begins - copy.time) * rate + length > self._about["queue"]:
            return []
        self._free = begins + length / rate
        return [Copy(self._free, copy.data)]

    def _spoil(self, copy: Copy, seen: Facts) -> list[Copy]:
        """Turn one bit over behind the IP header, and leave all checksums as they are."""
        spoilt = bytearray(copy.data)
        # Not in the ports nor in a checksum that may be absent: the receiver is to find it out.
        first = min(seen.start + 8, len(spoilt) - 1)
        spoilt[self._random.randrange(first, len(spoilt))] ^= 1 << self._random.randrange(8)
        return [Copy(copy.time, bytes(spoilt))]


KINDS = {
    "loss": "lose",
    "delay": "delay",
    "rate": "pace",
    "duplicate": "double",
    "reorder": "hold",
    "corrupt": "spoil",
}
"""The kinds of impairment, and what each does to a packet."""
