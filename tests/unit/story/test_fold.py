"""Long stories are made short, and short ones are not."""

from __future__ import annotations

from lab.story.timeline.fold import BUDGET, Fold, fold
from lab.story.timeline.moment import Moment
from lab.story.timeline.note import Note


def listings(number: int, lines: int) -> list[Moment]:
    """Return programs that each print so many lines, one after the other, on hosts in turn."""
    return [
        Note(time_ns=program * 1000 + line, host=f"host{program % 2}", text="line", kind="stdout")
        for program in range(number)
        for line in range(lines)
    ]


def test_what_one_program_prints_in_a_row_is_taken_in_at_a_glance() -> None:
    told = listings(number=BUDGET // 5, lines=10)
    assert len(told) > BUDGET
    assert fold(told) == told


def test_lines_of_two_hosts_in_turn_are_many() -> None:
    told = listings(number=BUDGET * 2, lines=1)
    assert any(isinstance(each, Fold) for each in fold(told))


def test_a_long_listing_is_folded_by_itself() -> None:
    folded = fold(listings(number=1, lines=BUDGET))
    (left_out,) = [each.text for each in folded if isinstance(each, Fold)]
    assert left_out.startswith("48 lines printed by host0")
