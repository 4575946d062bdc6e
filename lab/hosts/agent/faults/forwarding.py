"""What a relay that forwards by itself asks of this host's kernel, and of a packet that comes in.

Nothing here touches the world.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lab.hosts.agent import guards
from lab.hosts.agent.guards import Change

IPV4, IPV6 = 0x0800, 0x86DD
NEAR_ADDRESS = "02:00:00:00:00:fe"
"""The hardware address of the cable's end at which the kernel listens."""

LONGEST = 65535
TABLE = 7700
LEGACY = tuple(f"{tool}-legacy" for tool in guards.TOOLS)
"""What iptables(8) is called for kernels whose nf_tables lacks what the newer one needs."""


class Cable(NamedTuple):
    """A cable of which both ends are in this host: at one the kernel listens, we send at the other.

    ``mark`` is what the kernel knows the packets by that come out of it.
    """

    near: str
    far: str
    mark: int
    table: int


CABLES = [
    Cable(f"relay{2 * each}", f"relay{2 * each + 1}", 0x04000000 << each, TABLE + each)
    for each in range(2)
]
OF_FAULTS, OF_TRIALS = CABLES


class Header(NamedTuple):
    """What decides whether, and to where, a packet is forwarded; lengths are in bytes."""

    kind: int
    source: bytes
    destination: bytes
    lives: int
    length: int
    may_be_split: bool


def header(packet: bytes) -> Header | None:
    """Read an IP header (RFC 791, RFC 8200); None where there is none, or not all of its packet."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20:
        length, lives = int.from_bytes(packet[2:4], "big"), packet[8]
        seen = Header(IPV4, packet[12:16], packet[16:20], lives, length, not packet[6] & 0x40)
    elif version == 6 and len(packet) >= 40:
        length = 40 + int.from_bytes(packet[4:6], "big")
        seen = Header(IPV6, packet[8:24], packet[24:40], packet[7], length, False)
    else:
        return None
    return seen if 20 <= seen.length <= len(packet) else None


def laying(cable: Cable) -> Change:
    """Return what lays a cable, and what takes it away.

    The kernel drops what comes by a card that does not lead back to its sender (rp_filter). Where
    src_valid_mark is set it looks that way up with the packet's mark, and finds the cable.
    """
    table, mark = str(cable.table), f"{cable.mark:#x}/{cable.mark:#x}"
    rules = [
        ["pref", table, "iif", cable.near, "lookup", "main"],
        ["pref", str(cable.table + len(CABLES)), "fwmark", mark, "lookup", table],
    ]
    ends = (cable.near, cable.far)
    add = ["ip", "link", "add", cable.near, "address", NEAR_ADDRESS, "mtu", str(LONGEST)]
    do = [
        [*add, "type", "veth", "peer", "name", cable.far, "mtu", str(LONGEST)],
        *(["ip", "link", "set", "dev", end, "addrgenmode", "none"] for end in ends),
        # An end that comes up last sends at once; the other one only when the kernel gets to it.
        *(["ip", "link", "set", "dev", end, "arp", "off", "up"] for end in ends),
        ["ip", "route", "add", "default", "dev", cable.near, "table", table],
        *(["ip", "rule", "add", *rule] for rule in rules),
    ]
    undo = [["ip", "rule", "del", *rule] for rule in rules]
    return do, [*undo, ["ip", "link", "del", cable.near]]


def stopping(cards: Iterable[str], tools: tuple[str, ...]) -> Change:
    """Return what has the kernel forward nothing that comes by these cards, and undoes it."""
    stop = [[tool, "FORWARD", "-i", card, "-j", "DROP"] for tool in tools for card in cards]
    return guards.rules("mangle", stop)
