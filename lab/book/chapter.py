"""One chapter as Markdown: a lesson, pictures of its runs, its programs, what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from lab.book import programs as shown
from lab.book import wrong
from lab.book.lesson import Answer, LessonText
from lab.book.links import check_markup, linked, marked
from lab.book.pictures import on_paper, on_screen
from lab.book.rfcs import TITLES
from lab.book.runs import Kept
from lab.book.terms import RFC, Term, url, used, with_terms
from lab.observation.retold import retold
from lab.observation.run import Run
from lab.scenario.words import LESSON
from lab.story import readme
from lab.story.page.lesson import Lesson
from lab.story.page.see import BADGES, badged
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family

STORY_WIDTH = 80


@dataclass(frozen=True)
class Given:
    """What a chapter is made of; ``number`` is its place in the book: ``B3``.

    ``breaks`` are the sentences of its breaks, ``chapters`` the names of all chapters.
    """

    number: str
    kept: Kept
    readme: str
    programs: Sequence[shown.Program] = ()
    breaks: Sequence[str] = ()
    terms: Sequence[Term] = ()
    chapters: Collection[str] = ()


@dataclass(frozen=True)
class Chapter:
    """A chapter: its Markdown on screen and on paper, its answers, its pictures.

    On paper the answers stand at the end of the book. ``pictures`` are SVG documents by the
    names of their files, ``terms`` the words of the glossary that it uses,
    ``names`` what its programs use.
    """

    name: str
    number: str
    title: str
    screen: str
    paper: str
    answers: tuple[Answer, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def chapter(given: Given) -> Chapter:
    """Return the chapter of a scenario; raises UsageError for a lesson with foreign markup."""
    name = given.kept.scenario.name
    check_markup(given.readme, f"scenarios/{name}/README.md")
    timelines, badges = _timelines(given)
    text = LessonText.of(given.readme, name)
    without, answers = text.without_answers()
    files = [program.name for program in given.programs]

    def placed(markdown: str) -> str:
        return linked(marked(markdown, badges), name, files, given.chapters)

    after = _after(given, text)
    made = []
    pictures: dict[str, str] = {}
    for source, on_sheets in ((text, False), (without, True)):
        told, drawn = _told(source, given, timelines, paper=on_sheets)
        pictures |= drawn
        told = with_terms(placed(told), given.terms)
        made.append(f"# {given.number} {text.title}\n\n{told.strip()}\n\n{after}")
    names = {each for program in given.programs for each in program.names()}
    screen, paper = made
    return Chapter(
        name,
        given.number,
        text.title,
        screen,
        paper,
        tuple(replace(each, text=placed(each.text)) for each in answers),
        pictures,
        tuple(term.word for term in used(readme.BLOCK.sub("", text.text), given.terms)),
        tuple(sorted(names)),
    )


def picture_name(scenario: str, family: Family) -> str:
    """Return how the files of a picture are called."""
    return f"{scenario}-{family.value}"


def _timelines(given: Given) -> tuple[dict[str, Timeline], dict[str, str]]:
    """Return the timelines of a chapter's runs, in the words of its lesson, and its badges."""
    timelines: dict[str, Timeline] = {}
    badges: dict[str, str] = {}
    wanted = {block.family for block in _stories(given.readme)}
    for run in given.kept.runs:
        if run.observation is None or (wanted and run.family not in wanted):
            continue
        if not wanted and timelines:
            break
        timeline = Timeline.of(Run.of(retold(run.observation, LESSON), run.verdicts))
        seen, found = badged(timeline, Lesson(readme=given.readme, words=LESSON))
        timelines[picture_name(run.scenario, run.family)] = seen
        for comment, badge in found.items():
            badges.setdefault(comment, BADGES[badge.number - 1])
    return timelines, badges


def _stories(text: str) -> list[readme.Block]:
    """Return the blocks of a README that tell the whole story of its own run."""
    return [each for each in readme.blocks(text) if each.scenario is None and each.host is None]


def _told(
    text: LessonText, given: Given, timelines: Mapping[str, Timeline], *, paper: bool
) -> tuple[str, dict[str, str]]:
    """Return the text of a lesson with the stories of the runs in it, and their pictures."""
    scenario = given.kept.scenario
    runs = {run.family: run for run in given.kept.runs}
    pictures: dict[str, str] = {}

    def drawn(timeline: Timeline) -> str:
        draw = on_paper if paper else on_screen
        markup, files = draw(timeline, picture_name(scenario.name, timeline.run.family))
        pictures.update(files)
        return f"{markup}\n\n*{_played(timeline)}*\n\n" + ("" if paper else _as_text(timeline))

    def tell(match: re.Match[str]) -> str:
        (block,) = readme.blocks(match[0])
        run = runs.get(block.family)
        if block.scenario not in (None, scenario.name) or run is None or run.observation is None:
            return f"```text\n{block.story}```"
        if block.host is not None:
            said = readme.printed(retold(run.observation, LESSON).host(block.host))
            return f"```text\n{said}\n```"
        return drawn(timelines[picture_name(scenario.name, block.family)])

    told = text.told(tell).text.strip()
    if not _stories(text.text):
        told += "\n\n## On the wire\n\n" + "".join(map(drawn, timelines.values()))
    return told, pictures


def _played(timeline: Timeline) -> str:
    """Return when the run of a picture was made, and by which lab."""
    run, observation = timeline.run, timeline.observation
    when = datetime.fromtimestamp(observation.started_ns / 1e9, UTC)
    version = observation.versions.get("Lab", "")
    over = f"{run.scenario} over {run.family.label}".replace("_", r"\_")
    return f"{over}, played on {when.day} {when:%B %Y} by version {version} of the lab."


def _as_text(timeline: Timeline) -> str:
    story = render_text(timeline, width=STORY_WIDTH, color=False)
    head = "<details><summary>The same as text</summary>"
    return f"{head}\n\n```text\n{story.rstrip()}\n```\n\n</details>\n\n"


def _after(given: Given, text: LessonText) -> str:
    """Return what follows the lesson: programs, what goes wrong, further reading."""
    kept, name = given.kept, given.kept.scenario.name
    return "\n\n".join(
        part
        for part in (
            shown.section(name, list(given.programs)),
            wrong.section(name, given.breaks, kept.scenario.families, kept.proof),
            _reading(given, text),
        )
        if part
    )


def _reading(given: Given, text: LessonText) -> str:
    """Return the RFCs that a lesson names, and those that define the words that it uses."""
    words: dict[int, list[str]] = {int(number): [] for number in RFC.findall(text.text)}
    for term in used(readme.BLOCK.sub("", text.text), given.terms):
        for number in dict.fromkeys(RFC.findall(term.source)):
            words.setdefault(int(number), []).append(term.word)
    if not words:
        return ""
    lines = [
        f"- [RFC {number}]({url(str(number))}){_titled(number)}"
        + (f": {', '.join(known)}" if known else "")
        for number, known in sorted(words.items())
    ]
    return "\n".join(['## Further reading\n\n<div class="reading">\n', *lines, "\n</div>\n"])


def _titled(rfc: int) -> str:
    """Return an RFC's title behind a comma, if it is known here."""
    return f", *{TITLES[rfc]}*" if rfc in TITLES else ""
