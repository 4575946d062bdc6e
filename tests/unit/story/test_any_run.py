"""A story stays on the screen and harmless, whatever programs print and send."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from played import Play, hello, timeline_of
from terminal_cells import cell_len

from lab.observation.verdict import Outcome, Verdict
from lab.story.terminal.render import render_text
from lab.story.text import cells, cut, harmless, pad, wrap
from lab.wire.address import Family

OURS = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = st.integers(60, 200)
HARD = st.text(max_size=200) | st.text(
    st.sampled_from("\x1b[2J\x00\r\n\t\u202e\u0301漢字é\ufe0f\u200d👩\U0001f1e6a \"'\\│▶◀✗"),
    max_size=300,
)


def assert_harmless(text: str, width: int) -> None:
    for line in OURS.sub("", text).split("\n"):
        assert all(character.isprintable() for character in line), ascii(line)
        assert cell_len(line) <= width, line


@settings(max_examples=60)
@given(
    printed=st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), HARD), max_size=5),
    sent=st.lists(st.binary(max_size=300) | HARD.map(lambda text: text.encode()), max_size=4),
    argument=HARD,
    width=WIDTHS,
    color=st.booleans(),
    everything=st.booleans(),
    family=st.sampled_from(Family),
)
def test_no_line_is_too_wide_and_no_control_character_gets_through(
    printed: list[tuple[str, str]],
    sent: list[bytes],
    argument: str,
    width: int,
    color: bool,
    everything: bool,
    family: Family,
) -> None:
    play = Play(family)
    play.runs("client", "client.py", argument, exit_status=1)
    play.runs("server", argument or "server.py", stopped_for=argument)
    play.opens()
    for payload in sent:
        play.tcp("client", "PSH ACK", payload)
        play.udp("server", "client", payload)
    for stream, text in printed:
        play.says("client", text, "stdout" if stream == "stdout" else "stderr")
        play.says("server", text, "stderr" if stream == "stdout" else "stdout")
    verdicts = [Verdict(f"test_{argument}", Outcome.FAILS, argument)]
    observation = play.observation(argument, inconclusive=(argument,), remarks=(argument,))
    for judged in ((), verdicts):
        text = render_text(
            timeline_of(observation, verdicts=judged, everything=everything),
            width=width,
            color=color,
        )
        assert_harmless(text, width)
        assert color or "\x1b" not in text


@settings(max_examples=50)
@given(frames=st.lists(st.binary(max_size=120), max_size=6))
def test_frames_of_any_bytes_can_be_told(frames: list[bytes]) -> None:
    play = hello()
    for number, data in enumerate(frames):
        play.frame("client", data, play.time_ns + number)
        play.frame("server", data, play.time_ns + number + 10)
    for everything in (False, True):
        text = render_text(
            timeline_of(play.observation(), everything=everything), width=80, color=False
        )
        assert_harmless(text, 80)


def test_colour_changes_nothing_but_colour() -> None:
    plain = render_text(timeline_of(hello().observation()), width=80, color=False)
    coloured = render_text(timeline_of(hello().observation()), width=80, color=True)
    assert OURS.search(coloured)
    assert OURS.sub("", coloured) == plain


@given(text=HARD, width=st.integers(1, 60))
def test_text_is_cut_and_padded_to_the_cell(text: str, width: int) -> None:
    shown = harmless(text)
    assert cells(cut(shown, width)) <= width
    assert cells(pad(shown, width)) == width
    assert len(cut(shown, width)) <= 4 * width + 1


@given(text=HARD, width=st.integers(3, 60), most=st.integers(1, 5))
def test_wrapped_text_loses_nothing_but_spaces_unless_it_says_so(
    text: str, width: int, most: int
) -> None:
    shown = harmless(text)
    lines = wrap(shown, width, most)
    assert len(lines) <= most
    assert all(cells(line) <= width for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


def test_text_that_fits_is_left_alone() -> None:
    assert cut("漢字", 4) == "漢字"
    assert cut("漢字x", 4) == "漢…"
    assert pad("漢", 4) == "漢  "
    assert wrap("one two three", 8, 3) == ["one two", "three"]
