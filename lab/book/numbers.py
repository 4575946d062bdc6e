"""Page numbers on paper: beside each chapter in the contents and in the index.

CSS has target-counter() for that, and Chromium does not know it. So the book is printed, the PDF
says on which sheet each chapter begins, and the book is printed again with these numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.book import pdf
from lab.errors import CouldNotJudge

MOST_PRINTS = 3
"""Numbers take room, so a chapter could begin on another sheet with them; then once more."""

_CHAPTER = re.compile(r'<a class="reference internal" href="#(document-[^"#]+)">.*?</a>')
_FIRST = '<span id="document-'
_INDEX = '<section id="index">'


def printed(page: Path, out: Path, printing: Callable[[Path, Path], None]) -> None:
    """Print a page with the numbers of sheets in its contents and its index.

    Raises CouldNotJudge where the numbers do not come to rest, and what ``printing`` raises.
    """
    plain = page.read_text(encoding="utf-8")
    known: Mapping[str, int] = {}
    for _ in range(MOST_PRINTS):
        page.write_text(numbered(plain, known), encoding="utf-8")
        printing(page, out)
        found = pdf.places(out.read_bytes())
        if known and found == known:
            return
        known = found
    raise CouldNotJudge(
        "numbering the book's pages",
        f"after {MOST_PRINTS} prints, chapters still begin on other sheets than the index says",
        "lab/book/style/paper.css: numbers should need no line more",
    )


def numbered(html: str, places: Mapping[str, int]) -> str:
    """Return a page whose contents and index say on which sheet each chapter begins."""

    def with_numbers(part: str, kind: str) -> str:
        def with_number(link: re.Match[str]) -> str:
            at = places.get(link[1])
            return link[0] if at is None else f'{link[0]} <span class="{kind}">{at}</span>'

        return _CHAPTER.sub(with_number, part)

    contents, first, rest = html.partition(_FIRST)
    chapters, index, words = rest.partition(_INDEX)
    front = with_numbers(contents, "sheet in-contents")
    return front + first + chapters + index + with_numbers(words, "sheet")
