"""The help of a page: the document and the picture say what the table says."""

from __future__ import annotations

import re

import places

from lab.story.page.reading import SIGNS, glossary
from lab.story.page.template import asset

DOCUMENT = places.ROOT / "docs" / "reading-a-ladder.md"


def test_the_document_says_of_each_number_what_the_page_says() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `?(.+?)`? \| (.+?) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    wanted = [(str(number), *each) for number, each in enumerate(SIGNS, start=1)]
    assert rows == wanted


def test_the_picture_has_each_number_once() -> None:
    numbers = re.findall(r'<g class="no">.*?<text [^>]*>(\d+)</text>', asset("reading.svg"))
    assert sorted(map(int, numbers)) == list(range(1, len(SIGNS) + 1))


def test_a_glossary_is_the_rows_of_a_table_and_nothing_else() -> None:
    text = (
        "# Words\n\nOf *all*.\n\n| word | what | where |\n|---|---|---|\n| a | `b` *c* | d(2) |\n"
    )
    assert glossary(text) == [("a", "b c", "d(2)")]
    assert glossary("no table") == []
    assert glossary("| one | two |\n|---|---|\n| a | b |\n") == []
