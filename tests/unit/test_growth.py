"""Telling a run takes steps in proportion to what is in it, whatever that is."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import cast

import pytest
from step_count import steps

from bench.__main__ import status
from bench.growth import STEEPEST, tell
from bench.row import Goal, Kind, Row, Series
from bench.shapes import SHAPES
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.frame import WIDE, frame
from lab.story.timeline.label import Label
from lab.story.timeline.lifelines import parts
from lab.story.timeline.moment import Arrow
from lab.story.timeline.note import Note
from lab.story.timeline.transit import Transit

SIZES = dict.fromkeys(SHAPES, 50) | {"conversations": 20, "stderr_lines": 300, "fragments": 200}
TIMES = 4


@pytest.mark.parametrize("shape", SHAPES)
def test_the_steps_to_tell_a_run_grow_no_faster_than_what_is_in_it(shape: str) -> None:
    size = SIZES[shape]
    tell(SHAPES[shape](size))
    small, large = (steps(partial(tell, SHAPES[shape](each))) for each in (size, TIMES * size))
    assert large <= small * TIMES**STEEPEST


def test_the_steps_to_draw_the_states_of_sockets_grow_no_faster_than_the_sockets() -> None:
    def draw(sockets: int) -> None:
        lanes = Lanes(frame(["client"], WIDE))
        for number in range(sockets):
            lanes.add(Note(number, "client", "", "", socket=(number,), state="OPEN"), 0, number)
            lanes.reach(number, number)
        lanes.bands(sockets)

    assert steps(partial(draw, 400)) <= steps(partial(draw, 100)) * TIMES**STEEPEST


def test_no_step_to_draw_the_next_piece_of_a_fold_is_for_a_socket_that_shares_its_lane() -> None:
    def open_on(host: int, sockets: int, lanes: Lanes) -> None:
        for number in range(sockets):
            lanes.add(Note(0, "", "", "", socket=(number,), state="OPEN", until_ns=9), host, 3)

    def lanes_of(sockets: int) -> Lanes:
        lanes = Lanes(frame(["client", "server"], WIDE))
        open_on(0, sockets, lanes)
        open_on(1, 2, lanes)
        return lanes

    def next_piece(lanes: Lanes) -> None:
        lanes.onwards().bands(1)

    few, many = (steps(partial(next_piece, lanes_of(sockets))) for sockets in (10, 1000))
    assert many == few
    lanes = lanes_of(10)
    again, onwards = lanes.as_they_are(), lanes.onwards().onwards()
    assert sorted(map(repr, onwards.bands(7))) == sorted(map(repr, again.bands(7)))
    assert [(band.start, band.stop) for band in onwards.bands(7)] == [(0, 7)] * (4 + 2)
    onwards.reach(10, 5)
    assert [(band.start, band.stop) for band in onwards.bands(7)] == [(0, 5)] * (4 + 2)


def test_the_steps_to_part_a_story_into_ladders_grow_no_faster_than_its_packets() -> None:
    def part(pairs: int) -> None:
        """Part a story in which one host of each pair sends the other two packets."""
        story = [
            Arrow(
                cast(Transit, SimpleNamespace(sender=f"c{pair}", receiver=f"s{pair}", joints=())),
                cast(Label, None),
            )
            for pair in range(pairs)
            for _ in range(2)
        ]
        hosts = [f"{end}{pair}" for pair in range(pairs) for end in "cs"]
        groups = [(f"c{pair}", f"s{pair}") for pair in range(pairs)]
        ladders = list(parts(story, groups, hosts))
        assert [len(own) for _, own in ladders] == [2] * pairs

    assert steps(partial(part, 100)) <= steps(partial(part, 25)) * TIMES**STEEPEST


def test_steps_of_nested_loops_are_counted() -> None:
    def pairs(size: int) -> None:
        [None for _ in range(size) for _ in range(size)]

    assert steps(lambda: pairs(200)) > 15 * steps(lambda: pairs(50))


@pytest.mark.parametrize(
    ("slope", "failed", "expected"), [(0.9, False, 0), (1.3, False, 1), (1.3, True, 3)]
)
def test_the_bench_fails_where_a_curve_is_too_steep(
    slope: float, failed: bool, expected: int
) -> None:
    goal = Goal(Kind.SLOPE, STEEPEST, "flat enough")
    slow = Row("whole", "Whole", Series("ours", (9.0,)), goal=Goal(Kind.SECONDS, 1.0, "fast"))
    curve = Row("growth", "Growth", Series("x", (1.0,)), goal=goal, slope=slope, failed=failed)
    assert status([slow, curve]) == expected
