"""A chapter: a lesson with its run's picture, its programs, and what follows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from stored_course import HOLDS, observed

from lab.book.chapter import Chapter, Given, chapter
from lab.book.programs import Program
from lab.book.runs import Kept
from lab.book.terms import Term
from lab.observation.run import Run
from lab.scenario.program import Program as Played
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

README = """# TCP connect

See [`server.py`](server.py) and RFC 1234. A stream ends.

<!-- story: ipv4 -->

```text
an old story
```

1. **It opens.** <!-- see: client sends SYN --> Look.

   <details><summary>Answer</summary>

   As in [ping](../ping/README.md).
   </details>
"""
FOLDER = Path("scenarios", "tcp_connect")
STREAM = Term("stream", "Bytes in order.", "RFC 9293, 2.2")


def made(readme: str = README, families: tuple[Family, ...] = tuple(Family)) -> Chapter:
    scenario = Scenario(client=Played("client.py")).placed(FOLDER, "A sentence")
    runs = tuple(Run.of(observed("tcp_connect", family), HOLDS) for family in families)
    programs = [Program("server.py", b"import socket\n")]
    given = Given("B1", Kept(scenario, runs), readme, programs, ["it breaks"], [STREAM], ["ping"])
    return chapter(given)


def test_a_chapter_has_its_parts_in_order() -> None:
    told = made().screen
    parts = ["# B1 TCP connect", "<picture>", "The same as text", "1. **It opens.** ❶ Look."]
    parts += [
        "<details><summary>Answer",
        "## The programs",
        "## What goes wrong",
        "## Further reading",
    ]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)
    assert "an old story" not in told
    assert "[`server.py`](#tcp-connect-server-py)" in told


def test_the_story_is_that_of_the_run() -> None:
    told = made().screen
    assert " SYN ACK ──" in told
    assert "tcp_connect · IPv4" in told


def test_a_term_is_a_link_and_its_rfc_further_reading() -> None:
    found = made()
    assert "A {term}`stream <stream>` ends." in found.screen
    assert "- [RFC 1234](https://www.rfc-editor.org/rfc/rfc1234)\n" in found.screen
    assert (
        "- [RFC 9293](https://www.rfc-editor.org/rfc/rfc9293), "
        "*Transmission Control Protocol (TCP)*: stream\n"
    ) in found.screen
    assert found.terms == ("stream",)
    assert found.names == ("socket",)


def test_on_paper_answers_are_taken_out_and_the_picture_is_in_pieces() -> None:
    found = made()
    assert "details" not in found.paper
    assert "<picture>" not in found.paper
    assert 'src="pictures/tcp_connect-ipv4-0.svg"' in found.paper
    assert [answer.text for answer in found.answers] == ["As in [ping](/chapters/ping.md)."]


def test_each_picture_that_a_chapter_names_is_made() -> None:
    found = made()
    assert "tcp_connect-ipv4-wide.svg" in found.pictures
    assert "tcp_connect-ipv4-0.svg" in found.pictures
    assert not any("ipv6" in name for name in found.pictures)
    assert "❶" in found.pictures["tcp_connect-ipv4-wide.svg"]


def test_a_lesson_that_tells_no_story_ends_with_the_picture_of_one_run() -> None:
    readme = "# Names\n\nWords.\n\n<!-- printed: ipv4 client -->\n\n```text\nold\n```\n"
    found = made(readme)
    assert "\n## On the wire\n" in found.screen
    assert found.screen.count("<picture>") == 1
    assert "```text\n$ client.py" in found.screen
    assert "old\n" not in found.screen


@pytest.mark.parametrize("paper", [True, False])
def test_a_picture_has_the_day_and_the_version_of_its_run(paper: bool) -> None:
    found = made()
    told = found.paper if paper else found.screen
    assert r"*tcp\_connect over IPv4, played on 14 November 2023 by version 0" in told
