"""Which sightings are told again: the conversations of which something has come, and no others."""

from __future__ import annotations

import packet_frames
import pytest

from lab.live.frames import Frame
from lab.live.seen import ALWAYS, Sightings, group_of
from lab.wire.address import Address
from lab.wire.packet import decode


def frame(time_ns: int, port: int, payload: bytes = b"x") -> Frame:
    data = datagram((40_000, port), payload)
    return Frame("client", "lan", True, time_ns, len(data), data)


def datagram(ports: tuple[int, int], payload: bytes = b"x") -> bytes:
    """Return a datagram's frame with these ports; its checksum is none (RFC 768)."""
    data = bytearray(packet_frames.datagram(payload))
    data[34:38] = ports[0].to_bytes(2, "big") + ports[1].to_bytes(2, "big")
    return bytes(data)


def ports(sightings: Sightings, unsettled_ns: int) -> list[int]:
    return [
        each.packet.udp.destination_port
        for each in sightings.told_again(unsettled_ns)
        if each.packet.udp
    ]


def test_a_conversation_is_told_again_with_all_that_is_known_of_it() -> None:
    sightings = Sightings()
    sightings.add([frame(1, 7), frame(2, 9), frame(3, 7)])
    assert ports(sightings, 10) == [7, 9, 7]
    assert ports(sightings, 10) == []
    sightings.add([frame(20, 9)])
    assert ports(sightings, 100) == [9, 9]


def test_what_may_still_change_is_told_again() -> None:
    sightings = Sightings()
    sightings.add([frame(1, 7), frame(5, 9)])
    assert ports(sightings, 10) == [7, 9]
    assert ports(sightings, 4) == [9]


def test_a_socket_that_changes_has_its_conversation_told_again() -> None:
    sightings = Sightings()
    sightings.add([frame(1, 7), frame(2, 9)])
    assert ports(sightings, 10) == [7, 9]
    sightings.touch([30, "udp", "10.77.0.20", 9, "10.77.0.10", 40_000, 1, 0, 0])
    assert ports(sightings, 10) == [9]


def test_both_directions_are_one_group_and_another_conversation_is_not() -> None:
    groups = {group_of(decode(datagram(each))) for each in ((40_000, 80), (80, 40_000))}
    assert len(groups) == 1
    assert ALWAYS not in groups
    assert group_of(decode(datagram((40_001, 80)))) not in groups


@pytest.mark.parametrize("routers", [(), ("10.77.0.20",)])
def test_where_a_router_may_translate_all_of_the_service_is_told_again(
    routers: tuple[str, ...],
) -> None:
    sightings = Sightings()
    data = [datagram((port, 80)) for port in (40_000, 40_001)]
    frames = [Frame("client", "lan", True, at, 60, each) for at, each in enumerate(data, 1)]
    sightings.add([*frames, frame(3, 9)])
    sightings.told_again(10)
    sightings.add([frames[0]])
    assert decode(data[0]).destination == Address("10.77.0.20", 80)
    assert len(sightings.told_again(10, routers)) == (3 if routers else 2)
