"""What a made book is checked for: links that lead somewhere, code as it is in its files, size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

MOST_BYTES = 25 << 20
"""How large a book may be, site and PDF together."""

_POINTS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "srcset"}


@dataclass
class Page(HTMLParser):
    """A page of HTML: where its links lead, the names of its places, its blocks of code."""

    links: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    code: list[str] = field(default_factory=list)
    _in_code: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the links and the name of an element."""
        known = dict(attrs)
        self.places |= {known["id"]} if known.get("id") else set()  # type: ignore[arg-type]
        target = known.get(_POINTS.get(tag, ""))
        if target and known.get("rel") not in ("search", "index"):
            self.links.append(target)
        if tag == "pre":
            self._in_code = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a block of code."""
        if tag == "pre":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        """Note code."""
        if self._in_code:
            self.code[-1] += data


def page_of(path: Path) -> Page:
    """Return what a file of HTML has."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def dead_links(site: Path) -> list[str]:
    """Return the links of a site that lead nowhere, each with its page; a network is not asked."""
    pages = {path.resolve(): page_of(path) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site.resolve())}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not _leads(path, link, pages)
    ]


def _leads(path: Path, link: str, pages: Mapping[Path, Page]) -> bool:
    where = urlsplit(link)
    if where.scheme or where.netloc:
        return where.scheme in ("http", "https", "mailto", "data")
    target = (path.parent / unquote(where.path)).resolve() if where.path else path
    if not target.exists():
        return False
    page = pages.get(target)
    return not where.fragment or page is None or unquote(where.fragment) in page.places


def not_as_in_file(page: Page, programs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of programs, given with their texts, that no block of a page shows."""
    shown = {code.strip("\n") for code in page.code}
    for name, text in programs:
        if text.strip("\n") not in shown:
            yield name


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
