"""The pictures of a ladder: on paper, pieces that are the whole, cut where no arrow is."""

from __future__ import annotations

import re

from played import connected, hello, timeline_of

from lab.book.pictures import PIECE, cuts, on_paper, on_screen


def test_a_picture_is_cut_only_between_what_is_drawn() -> None:
    spans = [(60, 100), (90, 300), (310, 330), (340, 700), (705, 720)]
    assert cuts(spans, 60, 900) == [305, 702]
    assert cuts([(60, 100)], 60, 200) == []


def test_the_pieces_on_paper_are_together_as_high_as_the_picture() -> None:
    play = connected()
    for number in range(20):
        play.tcp("client" if number % 2 else "server", "PSH ACK", b"%d bottles" % number)
    play.closes()
    timeline = timeline_of(play.observation())
    markup, pieces = on_paper(timeline, "x")
    _, screen = on_screen(timeline, "x")
    heights = [int(each) for each in re.findall(r'height="(\d+)"', markup)]
    (whole,) = re.findall(r'^<svg [^>]* height="(\d+)"', screen["x-wide.svg"], re.MULTILINE)
    assert len(pieces) == len(heights) > 2
    assert sum(heights) == int(whole)
    assert max(heights) < 2 * PIECE


def test_each_arrow_of_the_picture_is_whole_in_one_piece() -> None:
    timeline = timeline_of(hello().observation())
    _, pieces = on_paper(timeline, "x")
    _, screen = on_screen(timeline, "x")
    drawn = re.findall(r'class="way ', "".join(pieces.values()))
    assert len(drawn) >= len(re.findall(r'class="way ', screen["x-wide.svg"]))


def test_a_phone_gets_the_slim_picture() -> None:
    markup, files = on_screen(timeline_of(hello().observation()), "x")
    assert 'media="(max-width: 56em)"' in markup
    assert set(files) == {"x-wide.svg", "x-slim.svg"}
