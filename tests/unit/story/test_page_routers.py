"""On a page, a packet that routers passed on has joints, and its hops are compared."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from played import hello, timeline_of
from routed import probed, translated

from lab.observation.observation import Observation
from lab.story.page.ladder.drawing import ArrowShape, Drawing
from lab.story.page.ladder.frame import NARROW, WIDE
from lab.story.page.ladder.layout import lay_out
from lab.story.page.ladder.picture import svg
from lab.story.page.render import render_page


def drawn(observation: Observation, width: int = WIDE) -> tuple[Drawing, list[ArrowShape]]:
    drawing = lay_out(timeline_of(observation), width)
    return drawing, [each for each in drawing.shapes if isinstance(each, ArrowShape)]


def data(page: str) -> Any:
    found = re.search(r'id="data">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_arrow_has_a_joint_on_the_life_line_of_each_router(width: int) -> None:
    drawing, (arrow,) = drawn(probed(6), width)
    lines = [line.x for line in drawing.lifelines]
    assert [joint.x for joint in arrow.joints] == lines[1:3]
    assert (arrow.x1, arrow.x2) == (lines[0], lines[3])


def test_a_chip_says_what_the_router_changed_the_first_time_only() -> None:
    _, arrows = drawn(translated())
    chips = [joint.chips for arrow in arrows for joint in arrow.joints]
    assert chips[:2] == [
        ("now from 10.77.0.4:40000", "TTL 63"),
        ("now to 10.77.3.40:40000", "TTL 63"),
    ]
    assert set(chips[2:]) == {()}


def test_where_there_is_little_room_the_first_chip_is_kept() -> None:
    _, arrows = drawn(translated(), NARROW)
    assert arrows[0].joints[0].chips == ("now from 10.77.0.4:40000",)


@pytest.mark.parametrize(("taps", "joints"), [(2, 0), (4, 1), (5, 2)])
def test_a_packet_dropped_on_its_way_has_joints_as_far_as_it_got(taps: int, joints: int) -> None:
    _, (arrow,) = drawn(probed(taps))
    assert arrow.lost
    assert len(arrow.joints) == joints


def test_a_router_s_life_line_is_dashed_and_has_both_addresses() -> None:
    drawing, _ = drawn(translated())
    assert [head.passes for head in drawing.heads] == [False, True, False]
    assert drawing.heads[1].addresses == ("10.77.3.4", "10.77.0.4")
    assert svg(timeline_of(translated())).count('class="life passes"') == 1
    assert not [band for band in drawing.bands if band.x == drawing.lifelines[1].x]


def test_a_screen_reader_says_the_way_and_what_changed() -> None:
    _, arrows = drawn(translated())
    way = "inside to server through nat"
    assert arrows[0].direction == f"{way} (now from 10.77.0.4:40000, TTL 63)"
    assert arrows[2].direction == way
    _, (arrow,) = drawn(probed(4, hops=2))
    assert arrow.direction == "client to remote through router (TTL 1), expired on the way"


def test_hops_are_compared_a_column_for_each_tap() -> None:
    found = data(render_page(timeline_of(translated())))
    words = found["words"]
    taps, rows = found["hops"]["0"]
    assert [words[tap] for tap in taps] == [
        "inside, out to home",
        "nat, in from home",
        "nat, out to lan",
        "server, in from lan",
    ]
    table = {words[field]: [words[value] for value in values] for _, field, *values in rows}
    assert table["Time to Live"] == ["64", "64", "63", "63"]
    assert table["Source Address"] == ["10.77.3.40"] * 2 + ["10.77.0.4"] * 2
    assert table["Destination Port"] == ["15020"] * 4
    assert "Sequence Number" not in table


def test_a_packet_that_no_router_passed_on_has_no_hops_to_compare() -> None:
    assert data(render_page(timeline_of(hello().observation())))["hops"] == {}
