"""Packets as values: headers decoded from bytes, each field with its place in the frame."""

from lab.packet.arp import Arp
from lab.packet.decode import decode
from lab.packet.dns import Dns
from lab.packet.dns_record import Question, Record
from lab.packet.ethernet import Ethernet
from lab.packet.field import Field, Problem
from lab.packet.header import Header
from lab.packet.icmp import Icmp
from lab.packet.icmpv6 import Icmpv6
from lab.packet.ipv4 import Ipv4, Ipv4Option
from lab.packet.ipv6 import Ipv6
from lab.packet.ipv6_extension import DestinationOptions, Fragment, HopByHop, Routing
from lab.packet.packet import Packet
from lab.packet.tcp import Flags, Tcp
from lab.packet.tcp_option import TcpOption
from lab.packet.udp import Udp

__all__ = [
    "Arp",
    "DestinationOptions",
    "Dns",
    "Ethernet",
    "Field",
    "Flags",
    "Fragment",
    "Header",
    "HopByHop",
    "Icmp",
    "Icmpv6",
    "Ipv4",
    "Ipv4Option",
    "Ipv6",
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
