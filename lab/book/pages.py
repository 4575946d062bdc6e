"""The pages around the chapters: the first one, the index, and the answers on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lab.book.chapter import Chapter
from lab.scenario.course import LECTURES, ORDER, PARTS
from lab.scenario.scenario import Scenario

Parts = Sequence[tuple[str, Sequence[Chapter]]]
"""The parts of a book by their letters, and the chapters of each."""


def in_order(scenarios: Iterable[Scenario]) -> list[tuple[str, list[Scenario]]]:
    """Return the parts of a course with their scenarios, each by its letter, as they are taught.

    Scenarios that the course's order does not name follow by lecture and name. Those without a
    part come last; their letter is empty.
    """
    places = {name: place for place, name in enumerate(ORDER)}
    ordered = sorted(
        scenarios,
        key=lambda one: (places.get(one.name, len(places)), one.lectures or (99,), one.name),
    )
    letters = sorted({one.part for one in ordered}, key=lambda part: (not part, part))
    return [(letter, [one for one in ordered if one.part == letter]) for letter in letters]


def part_title(letter: str) -> str:
    """Return the title of a part."""
    title = PARTS.get(letter, "")
    return f"Part {letter}: {title}" if letter and title else f"Part {letter}" if letter else "More"


def first_page(title: str, parts: Parts, *, glossary: bool) -> str:
    """Return the first page on screen: what the book is, and its parts with their chapters."""
    lines = [f"# {title}\n", _WHAT, "Each chapter ends with questions; a click opens the answer.\n"]
    for letter, chapters in parts:
        lines += _toctree(part_title(letter), [f"chapters/{each.name}" for each in chapters])
    lines += _toctree("Words", ["glossary"] * glossary + ["words"])
    return "\n".join(lines)


def first_sheet(title: str, parts: Parts, *, glossary: bool) -> str:
    """Return the whole on paper: title, contents, then all chapters below their parts."""
    lines = [f"# {title}\n", _WHAT, "The answers to all questions are at the end.\n"]
    for letter, chapters in parts:
        lines += [f"**{part_title(letter)}**\n"]
        lines += [f"- [{each.number} {each.title}](chapters/{each.name}.md)" for each in chapters]
        lines.append("")
    for letter, chapters in parts:
        lines += [f"## {part_title(letter)}\n"]
        lines += _toctree("", [f"chapters/{each.name}" for each in chapters])
    lines += ["## Answers, glossary, index\n"]
    lines += _toctree("", ["answers", *["glossary"] * glossary, "words"])
    return "\n".join(lines)


_WHAT = (
    "Every program in this book has run on hosts of its own, and every picture shows the packets of"
    " one of these runs. Read a picture from top to bottom: time runs downwards, an arrow is a"
    " packet, a word beside a life line is what a program printed or the state of a socket.\n"
)


def _toctree(caption: str, names: Iterable[str]) -> list[str]:
    options = [f":caption: {caption}"] if caption else []
    return ["```{toctree}", *options, ":maxdepth: 1", "", *names, "```", ""]


def answers(chapters: Iterable[Chapter]) -> str:
    """Return the answers of all chapters as a page."""
    lines = ["# Answers\n"]
    for each in chapters:
        if each.answers:
            lines.append(f"## [{each.number} {each.title}](chapters/{each.name}.md)\n")
        for answer in each.answers:
            first, *rest = answer.text.split("\n")
            head = f"{answer.number}. "
            lines.append(
                "\n".join([head + first, *(line and " " * len(head) + line for line in rest)])
            )
            lines.append("")
    return "\n".join(lines)


def index(chapters: Sequence[Chapter], terms: Iterable[str]) -> str:
    """Return the index: words of networks, then what programs use, each with its chapters."""
    lines = ["# Index\n", "## Words of networks\n"]
    for word in terms:
        where = [each for each in chapters if word in each.terms]
        lines += _entry(f"{{term}}`{word}`", where)
    lines += ["\n## What programs use\n"]
    for name in sorted({name for each in chapters for name in each.names}, key=str.casefold):
        lines += _entry(f"`{name}`", [each for each in chapters if name in each.names])
    return "\n".join([*lines, ""])


def lectures(chapters: Sequence[tuple[Chapter, Scenario]]) -> str:
    """Return the chapters of each lecture, as the last part of the index."""
    lines = ["\n## Lectures\n"]
    for number, title in LECTURES.items():
        taught = [each for each, scenario in chapters if number in scenario.lectures]
        lines += _entry(f"{number} {title}", taught)
    return "\n".join([*lines, ""])


def _entry(what: str, where: Sequence[Chapter]) -> list[str]:
    links = ", ".join(f"[{each.number}](chapters/{each.name}.md)" for each in where)
    return [f"- {what}: {links}"] if links else []
