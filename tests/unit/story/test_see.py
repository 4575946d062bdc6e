"""What a lesson says to look at: each badge finds its packet or line, in the lessons, too."""

from __future__ import annotations

from dataclasses import replace

import places
import pytest
from played import hello, timeline_of

from lab.scenario.words import LESSON
from lab.story.page.lesson import Lesson, rendered
from lab.story.page.see import BADGES, badged, sights, unseen
from lab.story.readme import BLOCK
from lab.story.timeline.moment import Arrow
from lab.story.timeline.timeline import Timeline

README = """# Hello

1. **The *handshake* comes first.** <!-- see: client sends SYN --> Then
   the answer. <!-- see: server sends SYN ACK -->
2. **The second ACK** is the client's. <!-- see: client sends ACK (2) -->
3. **The end** is printed. <!-- see: client prints b'' -->
4. **It waits.** <!-- see: server enters TIME_WAIT -->
5. **A word.** <!-- see: server sends "violet yourself" -->
6. **Nowhere** <!-- see: server sends RST -->
"""


def shown() -> tuple[Timeline, dict[str, str]]:
    play = hello()
    observation = replace(play.observation(), words={"word": "Hello", "answer": "marble"})
    lesson = Lesson("", README.replace("violet yourself", "violet Yourself"), words=LESSON)
    timeline, badges = badged(timeline_of(observation), lesson)
    return timeline, {each.title: each.place for each in badges.values()}


def test_a_badge_stands_on_the_packet_or_line_that_is_named() -> None:
    timeline, badges = shown()
    told = {
        badge: moment.label.fit(80) if isinstance(moment, Arrow) else moment.text
        for badge in BADGES
        for moment in timeline.moments
        if badge in (moment.label.fit(80) if isinstance(moment, Arrow) else moment.text)
    }
    assert told["❶"] == "SYN ❶"
    assert told["❷"] == "SYN ACK ❷"
    assert told["❸"] == "ACK ❸"
    assert told["❹"] == "│ b''  ❹"
    assert told["❻"] == '"Hello Yourself" 14 B ❻'
    assert "❼" not in told
    assert badges["The end"].startswith("line-")
    assert badges["A word"].startswith("packet-")
    assert "Nowhere" not in badges


def test_what_is_nowhere_in_a_run_or_not_understood_is_told() -> None:
    timeline = timeline_of(hello().observation())
    wrong = "<!-- see: client shouts SYN -->"
    told = unseen(README.replace("violet yourself", "Hello Yourself") + wrong, timeline)
    assert told == ["<!-- see: server sends RST -->", wrong]


def test_what_a_badge_stands_on_is_never_left_out_nor_looks_failed() -> None:
    timeline, _ = shown()
    (syn,) = [each for each in timeline.arrows if each.label.fit(80) == "SYN ❶"]
    assert syn.weight > 3
    assert "red" not in syn.label.style


def test_the_lesson_on_the_page_has_the_badges_and_not_its_ascii_stories() -> None:
    story = "<!-- story: ipv4 -->\n\n```text\nclient ──▶ server\n```\n"
    other = story.replace("ipv4", "ipv6")
    badges = {"<!-- see: client sends SYN -->": (1, "packet-7")}
    html = rendered(Lesson("", README + story + other), other="../ipv6/page.html", badges=badges)
    assert '<a class="badge" href="#packet-7" data-place="packet-7">1</a>' in html
    assert "──▶" not in html
    assert '<a href="#story">the picture on this page</a>' in html
    assert '<a href="../ipv6/page.html">a page of its own</a>' in html
    assert "<h1" not in html
    assert "<h2>Hello" in html
    assert "<!--" not in html


LESSONS = {
    path.parent.name: path.read_text(encoding="utf-8")
    for path in sorted((places.ROOT / "scenarios").glob("*/README.md"))
}


def test_each_lesson_says_what_to_look_at() -> None:
    assert [name for name, readme in LESSONS.items() if not sights(readme)] == []


@pytest.mark.parametrize("name", LESSONS)
def test_each_thing_to_see_of_a_lesson_is_in_its_own_story(name: str) -> None:
    """The story in the README is a run's, and another test holds it to later runs."""
    readme = LESSONS[name]
    blocks = list(BLOCK.finditer(readme))
    for sight in sights(readme):
        # A line that is printed may stand in what one host printed; a packet stands in a ladder.
        printed = [f" {sight.host}"] if sight.how == "prints" else []
        story = next(each["story"] for each in blocks if each["host"] in [None, *printed])
        assert sight.title
        assert sight.host in story or printed, sight.comment
        if sight.what not in ("data", "datagram", "dns", "icmp"):
            assert sight.what.split()[0] in story, sight.comment
    assert readme.count("<!-- see:") == len(sights(readme))
