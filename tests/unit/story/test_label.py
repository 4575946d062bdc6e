"""What an arrow says in little room: never without what tells two packets apart."""

from __future__ import annotations

import pytest
from played import connected, timeline_of

from lab.story.page.packets import MOST_WORDS
from lab.story.text import cells
from lab.story.timeline.label import Label


def lines(first: int, *, padded: bool = False) -> list[Label]:
    """Return the labels of two segments with numbered lines, sent twice."""
    play = connected()
    for number in (first, first + 1):
        line = b"line %d" % number
        play.tcp("client", "PSH ACK", line.ljust(64) if padded else line)
        play.tcp("client", "PSH ACK", line.ljust(64) if padded else line, again=True)
    arrows = timeline_of(play.observation()).arrows
    return [arrow.label for arrow in arrows if "retransmission" in arrow.label.notes]


@pytest.mark.parametrize("width", [24, 28, 36, 60])
def test_what_was_sent_again_keeps_the_number_that_tells_it_apart(width: int) -> None:
    one, two = (label.fit(width) for label in lines(41))
    assert one != two
    assert "41" in one
    assert "42" in two
    assert "retransmission" in one
    assert max(cells(one), cells(two)) <= width


def test_one_word_for_one_thing_whatever_room_there_is() -> None:
    for note in ("retransmission", "duplicate ACK"):
        label = Label("ack", "#1", notes=(note,))
        for width in range(17, 60):
            assert label.fit(width) == f"#1 {note}"


def test_blanks_that_only_fill_a_field_up_are_counted() -> None:
    one, _ = (label.fit(MOST_WORDS) for label in lines(41, padded=True))
    assert one.startswith('"line 41 [57 blanks]" 64 B')
