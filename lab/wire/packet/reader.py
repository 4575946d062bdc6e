"""Reads the headers of a frame from outside to inside: Ethernet, tags, ARP, IP, what IP carries."""

from __future__ import annotations

from lab.wire.packet.carried import CarriedReader
from lab.wire.packet.header.number import ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, FRAGMENT
from lab.wire.packet.internet.ipv4 import LENGTH as IPV4_LENGTH
from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import LENGTH as IPV6_LENGTH
from lab.wire.packet.internet.ipv6 import Ipv6
from lab.wire.packet.internet.ipv6_extension import EXTENSIONS, Fragment, Routing
from lab.wire.packet.link import arp, vlan
from lab.wire.packet.link.arp import Arp
from lab.wire.packet.link.ethernet import LENGTH as ETHERNET_LENGTH
from lab.wire.packet.link.ethernet import Ethernet
from lab.wire.packet.link.vlan import Vlan


class FrameReader(CarriedReader):
    """Reads a frame, or a datagram by itself; each returns the offset of the payload."""

    __slots__ = ()

    def frame(self) -> int:
        """Read an Ethernet frame."""
        data = self.data
        if len(data) < ETHERNET_LENGTH:
            return self.cut_off("Ethernet", 0, ETHERNET_LENGTH)
        raw = Ethernet.FIXED.unpack_from(data)
        self.headers.append(Ethernet(data, 0, ETHERNET_LENGTH, raw))
        return self.carried_as(raw[0], ETHERNET_LENGTH)

    def carried_as(self, ethertype: int, start: int) -> int:
        """Read what a frame of this EtherType carries, behind its VLAN tags."""
        while ethertype in vlan.ETHERTYPES:
            if self.stop - start < vlan.LENGTH:
                return self.cut_off(Vlan.name, start, vlan.LENGTH)
            tag = Vlan(self.data, start, vlan.LENGTH, Vlan.FIXED.unpack_from(self.data, start))
            self.headers.append(tag)
            ethertype, start = tag.ethertype, start + vlan.LENGTH
        if ethertype == ETHERTYPE_IPV4:
            return self._ipv4(start)
        if ethertype == ETHERTYPE_IPV6:
            return self._ipv6(start)
        return self._arp(start) if ethertype == ETHERTYPE_ARP else start

    def datagram(self, start: int = 0) -> int:
        """Read what begins with an IP header."""
        version = self.data[start] >> 4 if len(self.data) > start else 0
        if version == 4:
            return self._ipv4(start)
        if version == 6:
            return self._ipv6(start)
        return self.wrong("IP", start, "neither an IPv4 nor an IPv6 header begins here")

    def _arp(self, start: int) -> int:
        if self.stop - start < arp.LENGTH:
            return self.cut_off("ARP", start, arp.LENGTH, "packet")
        raw = Arp.FIXED.unpack_from(self.data, start)
        if raw[:4] != arp.IPV4_OVER_ETHERNET:
            return self.wrong("ARP", start, "this ARP is not about IPv4 over Ethernet")
        self.headers.append(Arp(self.data, start, arp.LENGTH, raw))
        # What follows 28 bytes of ARP is Ethernet's padding.
        self.stop = start + arp.LENGTH
        return self.stop

    def _ipv4(self, start: int) -> int:
        have = self.stop - start
        if have < IPV4_LENGTH:
            return self.cut_off("IPv4", start, IPV4_LENGTH)
        raw = Ipv4.FIXED.unpack_from(self.data, start)
        version, total = raw[0] >> 4, raw[2]
        length: int = (raw[0] & 0x0F) * 4
        if version != 4 or length < IPV4_LENGTH:
            what = (
                f"no IPv4 header begins with 0x{raw[0]:02x}: version {version}, IHL {length // 4}"
            )
            return self.wrong("IPv4", start, what)
        header = Ipv4(self.data, start, length if length <= have else have, raw)
        self.headers.append(header)
        begin = start + length
        if have < length:
            self.cut_off("IPv4", start, length)
            return self.stop
        if total < length:
            what = f"Total Length {total} is less than the header's {length} bytes"
            self.wrong("IPv4", start + 2, what)
            return begin
        fragment = raw[4] & 0x3FFF
        self.whole = fragment == 0
        if total > have:
            self.cut_off("IPv4", start, total, "datagram")
        else:
            self.stop = start + total
            if self.whole and (length == IPV4_LENGTH or not header.source_routed):
                self.pseudo = header.pseudo
        # A later fragment carries bytes from the middle: no header begins there.
        return begin if fragment & 0x1FFF else self.carried(raw[6], begin)

    def _ipv6(self, start: int) -> int:
        have = self.stop - start
        if have < IPV6_LENGTH:
            return self.cut_off("IPv6", start, IPV6_LENGTH)
        raw = Ipv6.FIXED.unpack_from(self.data, start)
        version = raw[0] >> 28
        if version != 6:
            what = f"no IPv6 header begins with 0x{self.data[start]:02x}: version {version}"
            return self.wrong("IPv6", start, what)
        header = Ipv6(self.data, start, IPV6_LENGTH, raw)
        self.headers.append(header)
        total = IPV6_LENGTH + raw[1]
        if total > have:
            self.cut_off("IPv6", start, total, "packet")
        else:
            self.stop = start + total
            self.pseudo = header.pseudo
        return self._next(raw[2], start + IPV6_LENGTH)

    def _next(self, following: int, start: int) -> int:
        """Read IPv6's extension headers and what comes after them."""
        while following in EXTENSIONS:
            fixed = following == FRAGMENT or start + 2 > self.stop
            need = 8 if fixed else self.data[start + 1] * 8 + 8
            if self.stop - start < need:
                return self.cut_off("IPv6 extension", start, need)
            kind = EXTENSIONS[following]
            raw = kind.FIXED.unpack_from(self.data, start)
            extension = kind(self.data, start, need, raw)
            self.headers.append(extension)
            following = self.data[start]
            start += need
            if isinstance(extension, Fragment):
                if extension.fragment_offset:
                    return start
                if extension.more_fragments:
                    self.pseudo, self.whole = None, False
            elif isinstance(extension, Routing) and extension.segments_left:
                # The address that the checksum covers is the route's last, not the header's.
                self.pseudo = None
        return self.carried(following, start)
