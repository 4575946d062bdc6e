"""Packets as values: headers decoded from bytes, each field with its place in the frame."""

from lab.wire.packet.decode import decode
from lab.wire.packet.dns.message import Dns
from lab.wire.packet.dns.record import Question, Record
from lab.wire.packet.header.field import Field, Problem
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.option import Option
from lab.wire.packet.internet.fragment import FragmentSpan
from lab.wire.packet.internet.icmp import Icmp
from lab.wire.packet.internet.icmpv6 import Icmpv6
from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import Ipv6
from lab.wire.packet.internet.ipv6_extension import DestinationOptions, Fragment, HopByHop, Routing
from lab.wire.packet.link.arp import Arp
from lab.wire.packet.link.ethernet import Ethernet
from lab.wire.packet.packet import Packet
from lab.wire.packet.transport.tcp import Flags, Tcp
from lab.wire.packet.transport.tcp_option import TcpOption
from lab.wire.packet.transport.udp import Udp

__all__ = [
    "Arp",
    "DestinationOptions",
    "Dns",
    "Ethernet",
    "Field",
    "Flags",
    "Fragment",
    "FragmentSpan",
    "Header",
    "HopByHop",
    "Icmp",
    "Icmpv6",
    "Ipv4",
    "Ipv6",
    "Option",
    "Packet",
    "Problem",
    "Question",
    "Record",
    "Routing",
    "Tcp",
    "TcpOption",
    "Udp",
    "decode",
]
