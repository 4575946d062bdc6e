"""A story tells what was typed into a program, when it was, and the question before it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from played import Play, connected, timeline_of

from lab.story.mermaid import mermaid
from lab.story.page.ladder.picture import svg
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.page.sections import programs
from lab.story.readme import essence
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline

LEGEND = "⌨: typed into the program"
AT_ITS_START = f"{LEGEND} (at its start: all of it, before it asked)"


def asking() -> Play:
    """Return a run in which a client asks for two words, and sends them."""
    play = connected()
    halts = []
    for number, word in enumerate(("violet", ""), start=1):
        play.wait(5)
        halts.append((play.time_ns, 5 * number))
        play.wait(5)
        play.types("client", word)
        play.wait(1)
        play.tcp("client", "PSH ACK", word.encode() or b"nothing")
    play.wait(5)
    play.says("client", "say: say: bye", halts=tuple(halts))
    play.wait(5)
    play.closes()
    return play


def told(play: Play, width: int = 80) -> str:
    return render_text(timeline_of(play.observation()), width=width, color=False)


def test_question_input_and_output_stand_at_their_own_times() -> None:
    rows = re.findall(r"^ *([\d.]+)  ([│⌨] \S+)", told(asking()), re.MULTILINE)
    assert rows == [
        ("5.30", "│ say:"),
        ("10.30", "⌨ violet"),
        ("16.40", "│ say:"),
        ("21.40", "⌨ ⏎"),
        ("27.50", "│ bye"),
    ]


def test_what_the_sign_means_is_said_where_it_is() -> None:
    assert told(asking()).splitlines().count(LEGEND) == 1
    assert "⌨" not in told(Play())


def test_input_given_at_the_start_stands_there_and_says_so() -> None:
    play = Play()
    play.runs("client", "client.py")
    play.types("client", "violet")
    ended(play, "client.py", play.time_ns)
    play.wait(5)
    play.says("client", "say: ")
    lines = told(play).splitlines()
    assert [line.split()[-2:] for line in lines if "⌨ v" in line or "│" in line] == [
        ["⌨", "violet"],
        ["│", "say:"],
    ]
    assert AT_ITS_START in lines


def ended(play: Play, program: str, ns: int) -> Play:
    """Return the run with the input of a client's program ended at this time."""
    play.transcripts["client"] = replace(play.transcripts["client"], input_ended_ns=ns)
    assert play.transcripts["client"].program == program
    return play


def test_the_end_of_the_input_is_told_when_it_is_typed() -> None:
    play = asking()
    text = told(ended(play, "client.py", play.time_ns))
    (row,) = [line for line in text.splitlines() if "⌨ Ctrl-D" in line and "ended" not in line]
    assert row.split()[0] == f"{(play.time_ns - timeline().zero_ns) / 1e6:.2f}"
    assert f"{LEGEND}\n⌨ Ctrl-D: its input ended" in text
    assert "Ctrl-D" not in told(asking())


def test_input_that_ends_at_the_start_says_so_in_the_legend_alone() -> None:
    play = Play()
    play.runs("client", "client.py")
    play.types("client", "violet")
    assert "at its start: all at once, before it asked" in told(play)
    text = told(ended(play, "client.py", play.time_ns))
    assert AT_ITS_START in text.splitlines()
    assert "Ctrl-D" not in text


def test_a_long_input_is_counted_but_a_question_stays() -> None:
    play = asking()
    for number in range(30):
        play.types("client", f"line {number}")
    assert "… 18 lines typed on client; 0.0 ms …" in told(play)
    for number in range(80):
        play.says("client", f"line {number}")
    weights = {
        note.text: note.weight
        for each in timeline_of(play.observation()).moments
        for note in each.notes
    }
    assert (weights["│ say: "], weights["│ line 40"]) == (2, 0)


def test_what_is_typed_obeys_no_control_character() -> None:
    play = asking()
    play.types("client", "\x1b[2J\x04<b>")
    assert "⌨ \\x1b[2J\\x04<b>" in told(play)
    assert "&lt;b&gt;" in render_page(timeline_of(play.observation()))
    ElementTree.fromstring(svg(timeline_of(play.observation())))


def test_input_is_none_of_what_a_program_printed() -> None:
    play = asking()
    before = essence(told(play))
    play.typed.clear()
    assert essence(told(play)) == before


def timeline() -> Timeline:
    return timeline_of(asking().observation())


def test_the_page_lists_questions_and_input_and_says_aloud_what_was_typed() -> None:
    [client] = [each for each in programs(timeline(), Lesson()) if each["host"] == "client"]
    rows = [(row["time"], row["stream"], row["text"], row["anchor"]) for row in client["head"]]
    anchor = "line-0-0"
    assert rows == [
        ("5.3", "stdout", "say: ", ""),
        ("10.3", "stdin", "violet", ""),
        ("16.4", "stdout", "say: ", ""),
        ("21.4", "stdin", "⏎", ""),
        ("27.5", "stdout", "bye", anchor),
    ]
    page = render_page(timeline())
    assert 'violet<span class="aloud"> (typed)</span>' in page
    assert f'<li id="{anchor}" class="stdout">' in page
    assert page.count(f'id="{anchor}"') == 1


def test_a_picture_and_a_diagram_have_it_too() -> None:
    words = "".join(ElementTree.fromstring(svg(timeline())).itertext())
    assert words.index("│ say:") < words.index("⌨ violet") < words.index("│ bye")
    notes = [line.partition(": ")[2] for line in mermaid(timeline()).splitlines() if "Note" in line]
    assert [note for note in notes if note[0] in "│⌨"] == [
        "│ say: ",
        "⌨ violet",
        "│ say: ",
        "⌨ ⏎",
        "│ bye",
    ]
