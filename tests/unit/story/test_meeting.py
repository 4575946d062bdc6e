"""Labels of packets that meet on their way leave each other room on a run's page."""

from __future__ import annotations

import pytest

from lab.story.page.ladder.meeting import BETWEEN, MOST_MET, meetings, room_beside
from lab.story.timeline.label import Label
from lab.story.timeline.moment import Arrow
from lab.story.timeline.transit import Transit
from lab.wire.packet import Packet, decode

PLACE = {"client": 0, "router": 1, "server": 2}
ROOM = 40


def arrow(sender: str, receiver: str, sent: int, arrived: int | None, words: str) -> Arrow:
    transit = Transit(packet(sent), sender, receiver, sent, arrived, arrived is None)
    return Arrow(transit, Label("data", words), ())


def packet(time_ns: int) -> Packet:
    return decode(bytes(60), time_ns=time_ns)


def rooms(*arrows: Arrow) -> list[int]:
    met = meetings(arrows, PLACE)
    return [room_beside(ROOM, each, met) for each in arrows]


def test_two_long_labels_that_meet_have_half_the_way_each() -> None:
    there = arrow("client", "server", 10, 20, "x" * 30)
    back = arrow("server", "client", 15, 25, "y" * 30)
    assert rooms(there, back) == [ROOM // 2 - BETWEEN] * 2


def test_a_long_label_has_what_a_short_one_leaves() -> None:
    there = arrow("client", "server", 10, 20, "x" * 30)
    back = arrow("server", "client", 15, 25, "ACK")
    assert rooms(there, back)[0] == ROOM - len("ACK") - BETWEEN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            ("client", "server", 10, 20),
            ("server", "client", 21, 25),
            id="an answer that is sent after the arrival",
        ),
        pytest.param(
            ("client", "server", 10, 20),
            ("client", "server", 15, 25),
            id="packets of one direction",
        ),
        pytest.param(
            ("client", "router", 10, 20),
            ("server", "router", 15, 25),
            id="packets between other hosts",
        ),
    ],
)
def test_packets_that_do_not_meet_have_all_the_room(
    one: tuple[str, str, int, int], other: tuple[str, str, int, int]
) -> None:
    assert rooms(arrow(*one, "x" * 30), arrow(*other, "y" * 30)) == [ROOM, ROOM]


def test_the_order_in_which_they_are_told_does_not_matter() -> None:
    there = arrow("client", "server", 10, 20, "x" * 30)
    back = arrow("server", "client", 15, 25, "y" * 30)
    assert rooms(back, there) == [ROOM // 2 - BETWEEN] * 2


def test_a_packet_is_compared_with_a_bounded_number_of_those_under_way() -> None:
    size = 4 * MOST_MET
    burst = [
        arrow(*ends, number, 10 * size, "x")
        for number in range(size)
        for ends in (("client", "server"), ("server", "client"))
    ]
    met = meetings(burst, PLACE)
    assert len(met) == len(burst)
    assert max(map(len, met.values())) <= 2 * MOST_MET
