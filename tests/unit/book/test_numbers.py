"""The contents and the index on paper say on which sheet a chapter begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.book.numbers import MOST_PRINTS, numbered, printed
from lab.book.pdf import places
from lab.errors import CouldNotJudge

LINK = '<a class="reference internal" href="#document-chapters/{0}"><span>{0}</span></a>'
PAGE = (
    f"<ul><li>{LINK.format('a')}</li><li>{LINK.format('b')}</li></ul>"
    f'<span id="document-chapters/a"></span><section>see {LINK.format("b")}</section>'
    f'<section id="index"><li>ACK: {LINK.format("a")}, {LINK.format("b")}</li></section>'
)


def pdf_of(**sheets: int) -> bytes:
    """Return a PDF of three sheets, with chapters on some of them, its objects out of order."""
    objects = {
        **dict.fromkeys((11, 14, 12), "<</Type /Page /Parent 3 0 R>>"),
        3: "<</Type /Pages /Count 2 /Kids [14 0 R\n11 0 R]>>",
        2: "<</Type /Pages /Count 3 /Kids [3 0 R 12 0 R]>>",
        4: "<<"
        + "".join(
            f"/document-chapters#2F{name} [{(14, 11, 12)[at - 1]} 0 R /XYZ 75 1 0]\n"
            for name, at in sheets.items()
        )
        + "/gone [99 0 R /XYZ 0 0 0]>>",
        5: "<</Type /Catalog\n/Pages 2 0 R\n/Dests 4 0 R>>",
    }
    body = "".join(f"{number} 0 obj\n{what}\nendobj\n" for number, what in objects.items())
    return b"%PDF-1.4\n" + body.encode()


def test_places_are_counted_along_the_tree_of_pages() -> None:
    assert places(pdf_of(a=1, b=3)) == {"document-chapters/a": 1, "document-chapters/b": 3}
    assert places(b"%PDF-1.4\n5 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n") == {}


def test_contents_and_index_get_numbers_and_chapters_do_not() -> None:
    html = numbered(PAGE, {"document-chapters/a": 2, "document-chapters/b": 7})
    contents, chapter, index = html.partition("<span id=")[0], *html.split("<section")[1:]
    assert contents.count('<span class="sheet in-contents">2</span>') == 1
    assert contents.count('<span class="sheet in-contents">7</span>') == 1
    assert "sheet" not in chapter
    assert index.count('</a> <span class="sheet">') == 2
    assert numbered(PAGE, {}) == PAGE


def test_it_is_printed_until_the_numbers_are_true(tmp_path: Path) -> None:
    """Here the numbers themselves move the second chapter by a sheet."""
    page, out = tmp_path / "index.html", tmp_path / "book.pdf"
    page.write_text(PAGE)
    prints = []

    def printing(source: Path, pdf: Path) -> None:
        prints.append(source.read_text())
        pdf.write_bytes(pdf_of(a=1, b=3 if "sheet" in prints[-1] else 2))

    printed(page, out, printing)
    assert len(prints) == 3
    assert '<span class="sheet">3</span>' in prints[-1]


def test_numbers_that_never_come_to_rest_are_refused(tmp_path: Path) -> None:
    page, out = tmp_path / "index.html", tmp_path / "book.pdf"
    page.write_text(PAGE)
    prints = []

    def printing(source: Path, pdf: Path) -> None:
        prints.append(source)
        pdf.write_bytes(pdf_of(a=1 + len(prints) % 2))

    with pytest.raises(CouldNotJudge, match="other sheets than the index says"):
        printed(page, out, printing)
    assert len(prints) == MOST_PRINTS
