"""A page of any run at all: it is there, nothing in it is a stranger's markup, it can be parsed."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from played import Play, hello, timeline_of

from lab.observation.verdict import Outcome, Verdict
from lab.story.mermaid import mermaid
from lab.story.page.ladder.picture import svg
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page

HARD = st.text(max_size=120) | st.text(
    st.sampled_from("<>&\"'/`{}%#\\ \x1b\x00\r\n\u202e\u2028\ud800scriptmgonerror=!-[]("),
    max_size=160,
)
PLAIN_TAGS = set(
    re.findall(r"<(\w+)", render_page(timeline_of(hello().observation()), lesson=Lesson("", "a")))
)
OF_A_README = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "em", "strong", "pre", "code", "ul"}
OF_A_README |= {"ol", "li", "blockquote", "hr", "br", "details", "summary", "table", "span"}
OF_A_README |= {"strong", "thead", "tbody", "tr", "th", "td", "article", "dl", "dt", "dd", "button"}


def checked(text: str) -> None:
    tags = set(re.findall(r"<(\w+)", text))
    assert tags <= PLAIN_TAGS | OF_A_README, tags - PLAIN_TAGS - OF_A_README
    assert text.count("<script") == text.count("</script>") == 2
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\u2028]", text)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    json.loads(data[1])


@settings(max_examples=40)
@given(
    words=HARD,
    payload=st.binary(max_size=200) | HARD.map(lambda text: text.encode("utf-8", "replace")),
)
def test_whatever_a_program_says_and_sends_stays_text(words: str, payload: bytes) -> None:
    play = Play()
    play.runs("client", words, words, exit_status=1)
    play.runs("server", "server.py", stopped_for=words)
    play.opens()
    play.tcp("client", "PSH ACK", payload)
    play.says("client", words)
    play.says("server", words, "stderr")
    observation = play.observation(words, inconclusive=(words,), remarks=(words,))
    verdicts = [Verdict(f"test_{words}", Outcome.FAILS, words)]
    lesson = Lesson(words, words, {"client.py": words}, words)
    checked(render_page(timeline_of(observation, verdicts), lesson, command=words))
    ElementTree.fromstring(svg(timeline_of(observation)))
    assert "\x1b" not in mermaid(timeline_of(observation))


@settings(max_examples=40)
@given(frames=st.lists(st.binary(max_size=120), max_size=6))
def test_frames_of_any_bytes_can_be_drawn_and_taken_apart(frames: list[bytes]) -> None:
    play = hello()
    for number, data in enumerate(frames):
        play.frame("client", data, play.time_ns + number)
        play.frame("server", data, play.time_ns + number + 10)
    checked(render_page(timeline_of(play.observation())))
    ElementTree.fromstring(svg(timeline_of(play.observation())))
