"""Fragments of IP: which bytes of a datagram a packet carries (RFC 791 §3.2, RFC 8200 §4.5)."""

from __future__ import annotations

from typing import NamedTuple

from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import Ipv6
from lab.wire.packet.internet.ipv6_extension import Fragment


class FragmentSpan(NamedTuple):
    """Which bytes of a datagram one fragment carries: ``offset`` counts from the datagram's first.

    They stand in the frame from ``start`` to ``stop``, as far as they were captured. Fragments of
    one datagram share addresses, ``identification`` and ``protocol``; ``more`` is False in the
    last one.
    """

    offset: int
    more: bool
    start: int
    stop: int
    identification: int
    protocol: int


def fragment_span(ip: Ipv4 | Ipv6, header: Ipv4 | Fragment) -> FragmentSpan | None:
    """Return the fragment that ``header`` describes; None where the packet is a whole datagram."""
    offset, more = header.fragment_offset, header.more_fragments
    if not (offset or more):
        return None
    protocol = header.protocol if isinstance(header, Ipv4) else header.next_header
    start = header.start + header.length
    return FragmentSpan(offset, more, start, ip.end, header.identification, protocol)
