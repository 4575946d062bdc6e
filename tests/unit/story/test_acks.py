"""Packets that only acknowledge data: drawn in short runs, and in long ones where asked for."""

from __future__ import annotations

from played import Play, hello, timeline_of

from lab.observation.run import Run
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import SHORT, Timeline


def talk(turns: int) -> Play:
    """Return a run in which each of so many messages is acknowledged by itself."""
    play = Play()
    play.opens()
    for number in range(turns):
        play.tcp("client", "PSH ACK", b"message %d" % number)
        play.tcp("server", "ACK")
    return play


def acks(timeline: Timeline) -> int:
    # One more ends the handshake.
    return sum(arrow.label.kind == "ack" for arrow in timeline.arrows) - 1


def test_a_short_run_draws_them() -> None:
    short = timeline_of(talk(5).observation())
    assert len(short.moments) <= SHORT
    assert acks(short) == 5
    assert not short.missing


def test_a_long_run_counts_them_as_what_they_are() -> None:
    long = timeline_of(talk(20).observation())
    assert acks(long) == 0
    assert long.missing == "20 ACKs of data"
    assert "20 ACKs of data" in render_text(long, width=80, color=False)


def test_a_long_run_draws_them_where_asked_for() -> None:
    observation = talk(20).observation()
    run = Run(observation.scenario, observation.family, observation, ())
    assert acks(Timeline.of(run, acks=True)) == 20
    assert not Timeline.of(run, acks=True).missing
    assert acks(Timeline.of(run).with_acks()) == 20


def test_a_page_has_a_chip_for_them_where_they_are_left_out() -> None:
    assert "+ 20 ACKs of data" in render_page(timeline_of(talk(20).observation()))
    assert 'id="acks"' not in render_page(timeline_of(hello().observation()))
