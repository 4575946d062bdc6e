"""The book made: chapters written, pages built, printed and checked, all in a clone's ``out/``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

from lab.book import checked, numbers, pages, paper, pdf, site, terms
from lab.book.chapter import Chapter, Given, chapter
from lab.book.pictures import PICTURES
from lab.book.programs import programs_of
from lab.book.runs import Kept, kept
from lab.clone import Clone
from lab.errors import CouldNotJudge, LabError, UsageError, refuse_link
from lab.observation import store
from lab.observation.run import Run
from lab.scenario import catalogue
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.story.timeline.fold import count
from lab.suite import proof
from lab.suite.publish import BOOK, GLOSSARY, Publisher
from lab.wire.address import Family

TITLE = "Socket Lab: network programming, packet by packet"
PDF = "socket-lab.pdf"

Say = Callable[[str], None]


def make(clone: Clone, names: Iterable[str], say: Say) -> Path:
    """Make the book of scenarios (none named: all) from their kept runs, and return its folder.

    Raises CouldNotJudge where a run is missing or stale, where Sphinx or Chromium is, and where
    the book is not what it should be; UsageError for a lesson that cannot be a chapter.
    """
    out = _place(clone)
    known = clone.root / GLOSSARY
    words = terms.terms_of(known.read_text(encoding="utf-8")) if known.is_file() else []
    scenarios = catalogue.select(clone.scenarios, names)
    say(f"reading the runs of {count(len(scenarios), 'scenario')}")
    found = {each.scenario.name: each for each in kept(clone, scenarios)}
    parts = [
        (letter, [_given(found[one.name], f"{letter}{at}", words, [*found]) for at, one in order])
        for letter, taught in pages.in_order(scenarios)
        for order in [list(enumerate(taught, start=1))]
    ]
    say("drawing the pictures")
    chapters = [(letter, [chapter(each) for each in given]) for letter, given in parts]
    sources = clone.root / ".cache" / "book"
    shutil.rmtree(sources, ignore_errors=True)
    _write(sources, chapters, words, found)
    say("making the pages")
    made, sheet = sources / "site", sources / "sheet"
    site.built(sources / "screen", made, "html", TITLE, site.SCREEN)
    site.built(sources / "paper", sheet, "singlehtml", TITLE, site.PAPER)
    say("printing")
    numbers.printed(sheet / "index.html", made / PDF, paper.printed)
    say("checking")
    _check(made, [each for _, given in parts for each in given])
    before = {path.stem for path in out.glob("chapters/*.html")}
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(made, out)
    say("telling the runs' pages where their chapters are")
    runs = [run for each in found.values() for run in each.runs]
    _tell(clone, scenarios, runs, before - {*found})
    return out


def _tell(
    clone: Clone, scenarios: Iterable[Scenario], runs: Iterable[Run], gone: Iterable[str]
) -> None:
    """Write the pages of runs anew: linked to their chapter, or not where it is ``gone``."""
    publisher = Publisher(clone, scenarios)
    for run in runs:  # so that a page finds the run over the other IP version in memory
        publisher.timeline(run)
    for name, family in product(gone, Family):
        with suppress(LabError):
            catalogue.find(clone.scenarios, name)
            publisher.timeline(store.load(clone.results(name, family.value)))
    publisher.write_pages()


def _place(clone: Clone) -> Path:
    """Return where the book goes; raises UsageError where something else is there."""
    out = clone.out / BOOK
    refuse_link(out)
    if out.exists() and not (out / PDF).is_file():
        raise UsageError(
            "making the book", f"{out} is there, and it is no book", f"mv {out} elsewhere"
        )
    return out


def _given(kept: Kept, number: str, words: Sequence[terms.Term], names: Sequence[str]) -> Given:
    folder = kept.scenario.folder
    readme = folder / "README.md"
    return Given(
        number,
        kept,
        readme.read_text(encoding="utf-8") if readme.is_file() else "",
        programs_of(files_of(folder)),
        [each.sentence for each in proof.breaks_of(kept.scenario)],
        words,
        names,
    )


def _write(
    sources: Path,
    parts: Sequence[tuple[str, Sequence[Chapter]]],
    words: Sequence[terms.Term],
    found: dict[str, Kept],
) -> None:
    """Write the Markdown and the pictures that the pages are made of."""
    everything = [each for _, chapters in parts for each in chapters]
    lectures = pages.lectures([(each, found[each.name].scenario) for each in everything])
    both = {
        "glossary.md": terms.glossary(words) if words else "",
        "words.md": pages.index(everything, [each.word for each in words]) + lectures,
    }
    screen = {
        **both,
        "index.md": pages.first_page(TITLE, parts, glossary=bool(words)),
        **{f"chapters/{each.name}.md": each.screen for each in everything},
    }
    sheet = {
        **both,
        "index.md": pages.first_sheet(TITLE, parts, glossary=bool(words)),
        "answers.md": pages.answers(everything),
        **{f"chapters/{each.name}.md": each.paper for each in everything},
    }
    for medium, files in (("screen", screen), ("paper", sheet)):
        drawn = {
            f"{site.EXTRA}/{PICTURES}/{file}": svg
            for each in everything
            for file, svg in each.pictures.items()
            if f'{PICTURES}/{file}"' in files[f"chapters/{each.name}.md"]
        }
        for name, text in {**files, **drawn}.items():
            path = sources / medium / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text:
                path.write_text(text, encoding="utf-8")


def _check(out: Path, given: Sequence[Given]) -> None:
    """Raise CouldNotJudge where the made book is not what it should be."""
    wrong = [f"a dead link in {each}" for each in checked.dead_links(out)]
    for each in given:
        name = each.kept.scenario.name
        shown = [(one.name, one.text) for one in each.programs if one.language]
        page = checked.page_of(out / "chapters" / f"{name}.html")
        wrong += [
            f"chapters/{name}.html does not show {file} as it is"
            for file in checked.not_as_in_file(page, shown)
        ]
    sheets = pdf.sheets((out / PDF).read_bytes())
    wrong += [f"sheet {at} of {PDF} is blank" for at, one in enumerate(sheets, 1) if pdf.blank(one)]
    if len(sheets) < len(given):
        wrong.append(f"{PDF} has {count(len(sheets), 'sheet')} for {count(len(given), 'chapter')}")
    size = checked.size(out)
    if size > checked.MOST_BYTES:
        wrong.append(f"it has {size >> 20} MB, and {checked.MOST_BYTES >> 20} are allowed")
    if wrong:
        raise CouldNotJudge(
            "checking the book", "\n  ".join([count(len(wrong), "fault"), *wrong[:12]])
        )
