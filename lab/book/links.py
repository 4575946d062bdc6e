"""Where the links and marks of a lesson lead in the book, and which markup a lesson may have."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from lab.book.lesson import COMMENT, outside_code
from lab.errors import UsageError

LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<target>[^()\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#")
_SCENARIO = re.compile(r"(?:\./)?\.\./(\w+)/?(?:README\.md)?$")
_MARKUP = re.compile(r"<(?!/?(?:details|summary)>)[/!?]?[A-Za-z!?][^>]*>")
_ADDRESS = re.compile(r"<https?://[^>\s]+>")


def label(scenario: str, file: str) -> str:
    """Return the name under which a program stands in the book; no other program has it."""
    return re.sub(r"[^a-z0-9]+", "-", f"{scenario}-{file}".lower()).strip("-")


def linked(text: str, scenario: str, files: Collection[str], chapters: Collection[str]) -> str:
    """Return a lesson's Markdown with links that lead somewhere in the book.

    Links to its ``files`` and to other ``chapters`` are links in the book. Of a link to what the
    book does not have, its words are left.
    """

    def place(match: re.Match[str]) -> str:
        target = match["target"]
        other = _SCENARIO.match(target)
        if target in files:
            return f"[{match['text']}](#{label(scenario, target)})"
        if other and other[1] in chapters:
            return f"[{match['text']}](/chapters/{other[1]}.md)"
        return match[0] if _ELSEWHERE.match(target) else match["text"]

    return outside_code(text, lambda prose: LINK.sub(place, prose), inline=False)


def marked(text: str, badges: Mapping[str, str]) -> str:
    """Return Markdown with a badge where a comment names a thing to see; no comment is left."""

    def mark(match: re.Match[str]) -> str:
        badge = badges.get(match[0].strip())
        return f" {badge}" if badge else ""

    return outside_code(text, lambda prose: COMMENT.sub(mark, prose))


def check_markup(text: str, where: str) -> None:
    """Refuse a lesson with other markup than Markdown and folded answers; raises UsageError."""

    def look(prose: str) -> str:
        found = _MARKUP.search(_ADDRESS.sub("", prose))
        if found:
            raise UsageError(
                f"making a chapter of {where}",
                f"it has the markup {found[0]!r}, and a lesson may have Markdown and folds only",
                "write it in Markdown; put code between backticks",
            )
        return prose

    outside_code(COMMENT.sub("", text), look)
