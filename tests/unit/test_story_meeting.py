"""Labels of packets that meet on their way leave each other room on a run's page."""

from __future__ import annotations

from lab.packet import Packet, decode
from lab.page.meeting import BETWEEN, meetings, room_beside
from lab.story.crossing import Crossing
from lab.story.label import Label
from lab.story.moment import Arrow

PLACE = {"client": 0, "router": 1, "server": 2}
ROOM = 40


def arrow(sender: str, receiver: str, sent: int, arrived: int | None, words: str) -> Arrow:
    crossing = Crossing(packet(sent), sender, receiver, sent, arrived, arrived is None)
    return Arrow(crossing, Label("data", words), ())


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


def test_an_answer_that_is_sent_after_the_arrival_meets_nobody() -> None:
    there = arrow("client", "server", 10, 20, "x" * 30)
    back = arrow("server", "client", 21, 25, "y" * 30)
    assert rooms(there, back) == [ROOM, ROOM]


def test_packets_of_one_direction_do_not_meet() -> None:
    first = arrow("client", "server", 10, 20, "x" * 30)
    second = arrow("client", "server", 15, 25, "y" * 30)
    assert rooms(first, second) == [ROOM, ROOM]


def test_packets_between_other_hosts_do_not_meet() -> None:
    left = arrow("client", "router", 10, 20, "x" * 30)
    right = arrow("server", "router", 15, 25, "y" * 30)
    assert rooms(left, right) == [ROOM, ROOM]


def test_the_order_in_which_they_are_told_does_not_matter() -> None:
    there = arrow("client", "server", 10, 20, "x" * 30)
    back = arrow("server", "client", 15, 25, "y" * 30)
    assert rooms(back, there) == [ROOM // 2 - BETWEEN] * 2
