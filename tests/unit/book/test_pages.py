"""The pages around the chapters: order, contents, index, answers."""

from __future__ import annotations

from pathlib import Path

from lab.book.chapter import Chapter
from lab.book.lesson import Answer
from lab.book.pages import answers, first_page, first_sheet, in_order, index, lectures
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario


def scenario(name: str, part: str = "", lectures: tuple[int, ...] = ()) -> Scenario:
    made = Scenario(client=Program("client.py"), part=part, lectures=lectures)
    return made.placed(Path("scenarios", name), "A sentence")


def chapter(number: str, name: str, **more: object) -> Chapter:
    return Chapter(name, number, name.title(), "", "", **more)  # type: ignore[arg-type]


PARTS = [("B", [chapter("B1", "tcp")]), ("", [chapter("1", "own")])]


def test_scenarios_are_in_the_courses_order_and_others_follow_by_lecture() -> None:
    given = [
        scenario("zebra", "B", (1,)),
        scenario("ant", "B", (2,)),
        scenario("tcp_client", "B"),
        scenario("tcp_connect", "B"),
        scenario("ping", "A"),
        scenario("own"),
    ]
    assert [(part, [one.name for one in each]) for part, each in in_order(given)] == [
        ("A", ["ping"]),
        ("B", ["tcp_connect", "tcp_client", "zebra", "ant"]),
        ("", ["own"]),
    ]


def test_the_first_page_has_each_chapter_below_its_part() -> None:
    told = first_page("Title", PARTS, glossary=False)
    assert ":caption: Part B: TCP: streams\n" in told
    assert ":caption: More\n" in told
    assert "\nchapters/tcp\n" in told
    assert "glossary" not in told


def test_the_first_sheet_has_contents_chapters_answers_and_glossary() -> None:
    told = first_sheet("Title", PARTS, glossary=True)
    places = [
        told.index(each) for each in ("- [B1 Tcp]", "## Part B", "answers", "glossary\nwords")
    ]
    assert places[:2] == sorted(places[:2])
    assert places[3] > places[1]


def test_answers_stand_below_their_chapter_with_the_numbers_of_their_questions() -> None:
    given = chapter("B1", "tcp", answers=(Answer(2, "Two.\n\n    code"),))
    told = answers([given, chapter("B2", "none")])
    assert "## [B1 Tcp](chapters/tcp.md)\n" in told
    assert "2. Two.\n\n       code" in told
    assert "B2" not in told


def test_the_index_has_terms_calls_and_lectures_with_their_chapters() -> None:
    given = [chapter("B1", "tcp", terms=("ACK",), names=("recv()",)), chapter("B2", "two")]
    told = index(given, ["ACK", "never"])
    assert "- {term}`ACK`: [B1](chapters/tcp.md)\n" in told
    assert "- `recv()`: [B1](chapters/tcp.md)\n" in told
    assert "never" not in told
    assert "[B2](chapters/two.md)" in lectures([(given[1], scenario("two", lectures=(6,)))])
