"""Telling a run takes steps in proportion to what is in it, whatever that is."""

from __future__ import annotations

from functools import partial

import pytest
from step_count import steps

from bench.growth import STEEPEST, tell
from bench.shapes import SHAPES
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.frame import WIDE, frame
from lab.story.timeline.note import Note

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


def test_steps_of_nested_loops_are_counted() -> None:
    def pairs(size: int) -> None:
        [None for _ in range(size) for _ in range(size)]

    assert steps(lambda: pairs(200)) > 15 * steps(lambda: pairs(50))
