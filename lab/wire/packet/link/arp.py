"""ARP for IPv4 over Ethernet (RFC 826): who has this address."""

from __future__ import annotations

import struct
from socket import AF_INET, inet_ntop
from typing import ClassVar

from lab.wire.packet.header.header import Header, Layout, Spec, hex16
from lab.wire.packet.header.number import ETHERTYPE_IPV4, ethertype_text, named
from lab.wire.packet.link.ethernet import mac_text

LENGTH = 28
FIXED = struct.Struct("!HHBBH")
IPV4_OVER_ETHERNET = (1, ETHERTYPE_IPV4, 6, 4)
OPERATIONS = {1: "request", 2: "reply"}


class Arp(Header):
    """An ARP packet about an IPv4 address on an Ethernet."""

    __slots__ = ()
    name: ClassVar[str] = "ARP"
    LAYOUT: ClassVar[Layout] = (
        Spec("Hardware Address Space", 16, "hardware", hex16),
        Spec("Protocol Address Space", 16, "protocol", ethertype_text),
        Spec("Hardware Address Length", 8, "hardware_length"),
        Spec("Protocol Address Length", 8, "protocol_length"),
        Spec("Opcode", 16, "operation", lambda value: named(OPERATIONS, value)),
        Spec("Sender Hardware Address", 48, "sender_mac"),
        Spec("Sender Protocol Address", 32, "sender_ip"),
        Spec("Target Hardware Address", 48, "target_mac"),
        Spec("Target Protocol Address", 32, "target_ip"),
    )

    @property
    def hardware(self) -> int:
        """The hardware address space: 1 for Ethernet."""
        return self._raw[0]

    @property
    def protocol(self) -> int:
        """The protocol address space: the EtherType of IPv4."""
        return self._raw[1]

    @property
    def hardware_length(self) -> int:
        """The length of a hardware address in bytes: 6."""
        return self._raw[2]

    @property
    def protocol_length(self) -> int:
        """The length of a protocol address in bytes: 4."""
        return self._raw[3]

    @property
    def operation(self) -> int:
        """1 for a request, 2 for a reply."""
        return self._raw[4]

    @property
    def sender_mac(self) -> str:
        """The sender's hardware address."""
        return mac_text(self._chunk(8, 14))

    @property
    def sender_ip(self) -> str:
        """The sender's IPv4 address."""
        return inet_ntop(AF_INET, self._chunk(14, 18))

    @property
    def target_mac(self) -> str:
        """The target's hardware address; zeros in a request."""
        return mac_text(self._chunk(18, 24))

    @property
    def target_ip(self) -> str:
        """The IPv4 address that is asked for."""
        return inet_ntop(AF_INET, self._chunk(24, 28))
