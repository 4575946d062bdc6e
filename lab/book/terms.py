"""The students' glossary: its terms, where a chapter uses them, and links to what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lab.book.lesson import outside_code
from lab.book.links import LINK

RFC = re.compile(r"\bRFC (\d+)")
_ROW = re.compile(r"^\| (\S[^|]*?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
_ASIDE = re.compile(rf"{LINK.pattern}|^#.*$|^\*[^*\n]+\*$|<[^>]*>|\{{\w+\}}|`", re.MULTILINE)
"""What no link is put into: links, headings, captions, markup."""


@dataclass(frozen=True)
class Term:
    """A word of networks, what it is, and where it is defined."""

    word: str
    meaning: str
    source: str

    @property
    def pattern(self) -> str:
        """A pattern of the word in a text, perhaps of several; capitals count where it has any."""
        words = re.escape(self.word).replace(r"\ ", r"\s+")
        case = "" if re.search("[A-Z]", self.word) else "i"
        return rf"(?{case}:(?<![\w-]){words}(?:s|es)?(?![\w-]))"


def terms_of(page: str) -> list[Term]:
    """Return the terms of a glossary: the rows of its table."""
    return [Term(*row) for row in _ROW.findall(page.partition("|---")[2])]


def glossary(terms: Iterable[Term]) -> str:
    """Return the glossary as a page of the book, to which terms link."""
    entries = [
        f"{term.word}\n    {term.meaning} *{_cited(term.source)}*\n"
        for term in sorted(terms, key=lambda each: each.word.casefold())
    ]
    return "\n".join(["# Glossary\n", "```{glossary}", *entries, "```\n"])


def _cited(source: str) -> str:
    return RFC.sub(lambda rfc: f"[{rfc[0]}]({url(rfc[1])})", source)


def url(rfc: str) -> str:
    """Return where an RFC is, by its number."""
    return f"https://www.rfc-editor.org/rfc/rfc{rfc}"


def used(text: str, terms: Iterable[Term]) -> list[Term]:
    """Return the terms that a text uses outside code, in the order of the glossary."""
    kept: list[str] = []

    def keep(prose: str) -> str:
        kept.append(prose)
        return prose

    outside_code(text, keep)
    prose = re.sub(r"[*_]", "", " ".join(kept))
    return [term for term in terms if re.search(term.pattern, prose)]


def with_terms(text: str, terms: Iterable[Term]) -> str:
    """Return Markdown in which the first use of each term is a link to what it means.

    Longer terms come first: ``receive window`` is one term.
    """
    known = {term.word.casefold(): term for term in terms}
    if not known:
        return text
    ordered = sorted(known.values(), key=lambda each: -len(each.word))
    either = "|".join(f"({each.pattern})" for each in ordered)
    pattern = re.compile(f"(?P<aside>{_ASIDE.pattern})|{either}", re.MULTILINE)
    told: set[str] = set()
    first = len(ordered)

    def link(match: re.Match[str]) -> str:
        if match["aside"] is not None or match.lastindex is None:
            return match[0]
        groups = match.groups()[-first:]
        term = next(each for each, found in zip(ordered, groups, strict=True) if found is not None)
        if term.word in told:
            return match[0]
        told.add(term.word)
        return f"{{term}}`{' '.join(match[0].split())} <{term.word}>`"

    return outside_code(text, lambda prose: pattern.sub(link, prose))
