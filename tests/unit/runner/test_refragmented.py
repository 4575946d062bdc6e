"""A machine that puts fragments together on the way is noticed; losses do not look like it."""

from __future__ import annotations

from collections.abc import Callable

import frames
import pytest

from lab.runner.refragmented import refragmented
from lab.wire.packet import Packet, decode
from lab.wire.packet.header.number import ETHERTYPE_IPV4

UDP = 17


def part(identification: int, data: bytes = b"x" * 64, offset: int = 0) -> Packet:
    carried = frames.fragment(data, UDP, offset=offset, more=True, identification=identification)
    return decode(frames.frame(carried, 44, frames.ENDS6))


def part4(identification: int) -> Packet:
    carried = frames.ipv4(b"x" * 64, UDP, identification=identification, more_fragments=True)
    return decode(frames.ethernet(carried, ETHERTYPE_IPV4))


@pytest.mark.parametrize("fragment", [part, part4])
def test_a_fragment_that_changes_its_identification_on_the_way_is_no_evidence(
    fragment: Callable[[int], Packet],
) -> None:
    (reason,) = refragmented({"client": [fragment(0x65A0)], "server": [fragment(0x7621)]})
    assert "0x65a0 at client and 0x7621 at server" in reason
    assert "net.bridge" in reason


def test_a_fragment_that_keeps_it_is_evidence() -> None:
    assert refragmented({"client": [part(1)], "server": [part(1)]}) == []


def test_of_two_equal_datagrams_one_may_be_lost() -> None:
    sent = [part(1), part(2)]
    assert refragmented({"client": sent, "server": [part(2)]}) == []
    assert refragmented({"client": sent, "server": []}) == []


def test_other_bytes_and_other_places_are_other_fragments() -> None:
    there = [part(1)]
    assert refragmented({"client": there, "server": [part(2, b"y" * 64)]}) == []
    assert refragmented({"client": there, "server": [part(2, offset=64)]}) == []
