"""Each field that a page shows says what it is for, and where that is written."""

from __future__ import annotations

import re

import pytest
from played import Play, hello, timeline_of

from lab.story.page.field_words import CONTROL_BITS, SAID, SOURCES, purpose
from lab.story.page.packets import Words, anatomy
from lab.wire.address import Family
from lab.wire.packet.internet.icmp import Icmp
from lab.wire.packet.internet.icmpv6 import Icmpv6
from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import Ipv6
from lab.wire.packet.internet.ipv6_extension import Fragment
from lab.wire.packet.link.arp import Arp
from lab.wire.packet.link.cooked import Cooked, Cooked2
from lab.wire.packet.link.ethernet import Ethernet
from lab.wire.packet.link.loopback import Loopback
from lab.wire.packet.link.vlan import Vlan
from lab.wire.packet.transport.tcp import Tcp
from lab.wire.packet.transport.tcp_option import NAMES
from lab.wire.packet.transport.udp import Udp

HEADERS = (
    Arp,
    Cooked,
    Cooked2,
    Ethernet,
    Loopback,
    Vlan,
    Fragment,
    Icmp,
    Icmpv6,
    Ipv4,
    Ipv6,
    Tcp,
    Udp,
)


@pytest.mark.parametrize("header", HEADERS, ids=lambda one: one.__name__)
def test_each_field_that_a_header_declares_has_a_sentence(header: type) -> None:
    name, layout = header.name, header.LAYOUT  # type: ignore[attr-defined]
    assert [each.name for each in layout if not purpose(name, each.name)] == []


def test_each_option_of_tcp_and_each_control_bit_has_a_sentence() -> None:
    assert [each for each in (*NAMES.values(), *CONTROL_BITS) if not purpose("TCP", each)] == []


@pytest.mark.parametrize("family", list(Family))
def test_each_field_on_a_page_has_a_sentence(family: Family) -> None:
    play: Play = hello(family)
    play.pings("client", 1)
    for header, fields in anatomy(timeline_of(play.observation()), Words())["shapes"]:
        assert [name for name, _, _ in fields if not purpose(header, name)] == []


def test_each_sentence_is_short_and_names_its_source() -> None:
    assert set(SAID) == set(SOURCES)
    for header, fields in SAID.items():
        for field in fields:
            said = purpose(header, field)
            assert re.search(r"\((?:RFC \d+|IEEE 802\.[13]|LINKTYPE_)[^()]*\)\.$", said), said
            assert len(said) < 140
