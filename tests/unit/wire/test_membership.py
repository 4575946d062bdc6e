"""What IGMP and MLD report of groups, in all their versions."""

from __future__ import annotations

from ipaddress import ip_address

import frames
import pytest

from lab.wire.membership import reports
from lab.wire.packet import decode
from lab.wire.packet.header.number import ICMPV6

IGMP = 2
GROUP, GROUP6 = "239.77.0.7", "ff12::7:7"


def igmp(payload: bytes) -> list[tuple[str, bool]]:
    frame = frames.frame(payload, IGMP, (frames.CLIENT4, "224.0.0.22"))
    return list(reports(decode(frame)))


def record(kind: int, group: str, sources: int = 0) -> bytes:
    address = ip_address(group).packed
    return bytes((kind, 0, 0, sources)) + address + bytes(len(address)) * sources


@pytest.mark.parametrize(("kind", "joined"), [(0x12, True), (0x16, True), (0x17, False)])
def test_older_reports_name_one_group(kind: int, joined: bool) -> None:
    assert igmp(bytes((kind, 0, 0, 0)) + ip_address(GROUP).packed) == [(GROUP, joined)]


@pytest.mark.parametrize(
    ("kind", "sources", "found"),
    [
        (4, 0, [(GROUP, True)]),
        (2, 0, [(GROUP, True)]),
        (3, 0, [(GROUP, False)]),
        (3, 1, [(GROUP, True)]),
        (5, 1, [(GROUP, True)]),
        (6, 1, []),
    ],
)
def test_a_record_tells_of_its_kind_and_its_sources(
    kind: int, sources: int, found: list[tuple[str, bool]]
) -> None:
    assert igmp(bytes((0x22, 0, 0, 0, 0, 0, 0, 1)) + record(kind, GROUP, sources)) == found


def test_a_report_has_several_records() -> None:
    body = bytes((0x22, 0, 0, 0, 0, 0, 0, 2)) + record(4, GROUP, 2) + record(3, "239.1.1.1")
    assert igmp(body) == [(GROUP, True), ("239.1.1.1", False)]


def test_a_report_that_is_cut_off_tells_what_is_there() -> None:
    body = bytes((0x22, 0, 0, 0, 0, 0, 0, 9)) + record(4, GROUP)
    assert igmp(body) == [(GROUP, True)]
    assert igmp(b"") == []
    assert igmp(bytes((0x16, 0))) == []


def test_ipv6_reports_are_icmpv6_messages() -> None:
    ends = (frames.CLIENT6, "ff02::16")
    message = frames.icmpv6(record(4, GROUP6), kind=143, rest=bytes((0, 0, 0, 1)), between=ends)
    found = list(reports(decode(frames.frame(message, ICMPV6, ends))))
    assert found == [(GROUP6, True)]
