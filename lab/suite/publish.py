"""What is kept of runs in ``out/``: record, captures, story and page of each, an index of all."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lab.clone import Clone
from lab.errors import LabError
from lab.observation import store
from lab.observation.run import Run
from lab.scenario import catalogue
from lab.scenario.files import is_plain
from lab.scenario.scenario import Scenario
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline

if TYPE_CHECKING:
    from lab.story.page.lesson import Lesson

INDEX = "index.html"

STORY_WIDTH = 80

BOOK = "book"
"""The folder of the course as a book."""

NOT_SHOWN = ("scenario.py", "breaks.py")
"""Files of a scenario's folder that are the teacher's, not the lesson's."""

MOST_SISTER = 2_000_000
"""Bytes of captures of a kept run over the other IP version that a run is compared with."""

GLOSSARY = "docs/student-glossary.md"
"""The words that students meet, in a course's folder; each page has them behind its ``?``."""

MOST_BYTES = 60_000
"""Larger files of a scenario's folder are left out."""


class Publisher:
    """Keeps runs in a clone's ``out/``; the timeline of each is computed once.

    ``scenarios`` are those that may lie elsewhere than in the clone.
    """

    def __init__(self, clone: Clone, scenarios: Iterable[Scenario] = ()) -> None:
        self._clone = clone
        self._scenarios = {each.name: each for each in scenarios}
        self._timelines: dict[Run, Timeline] = {}

    def timeline(self, run: Run) -> Timeline:
        """Return the timeline of a run; raises ValueError for one without an observation."""
        if run not in self._timelines:
            self._timelines[run] = Timeline.of(run)
        return self._timelines[run]

    def keep(self, run: Run, scenario: Scenario | None = None) -> None:
        """Keep a run, maybe of this scenario, instead of an earlier one.

        Raises UsageError or NoSpace where it cannot be kept.
        """
        if scenario is not None:
            self._scenarios[scenario.name] = scenario
        if run.observation is not None:
            keep(self._folder(run), self.timeline(run))

    def keep_verdicts(self, run: Run) -> None:
        """Keep the new verdicts on a run that is kept already; raises as :meth:`keep` does."""
        if run.observation is not None:
            store.save_record(self._folder(run), run)
            _write_story(self._folder(run), self.timeline(run))

    def _folder(self, run: Run) -> Path:
        return self._clone.results(run.scenario, run.family.value)

    def write_pages(self) -> Path:
        """Write the page of each run that was kept, then the index, and return the index.

        Raises UsageError or NoSpace where one cannot be written.
        """
        from lab.story.page.coloured import keep_coloured  # noqa: PLC0415 - only pages need it
        from lab.story.page.template import keep_compiled  # noqa: PLC0415

        folder = self._clone.root / ".cache" / "pages"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            keep_compiled(folder)
            keep_coloured(folder)
        for run in list(self._timelines):
            self.write_page(run)
        return write_index(self._clone)

    def write_page(self, run: Run) -> Path:
        """Write the page of a kept run of a scenario, and return where it is."""
        scenario = self._scenarios.get(run.scenario) or catalogue.load(
            catalogue.find(self._clone.scenarios, run.scenario)
        )
        sister = self._sister(run, scenario)
        return write_page(self._folder(run), replace(self.timeline(run), sister=sister), scenario)

    def _sister(self, run: Run, scenario: Scenario) -> Timeline | None:
        """Return the timeline of the run over the other IP version: this session's, or the kept."""
        for other in scenario.families:
            if other is run.family:
                continue
            for known, timeline in self._timelines.items():
                if (known.scenario, known.family) == (run.scenario, other):
                    return timeline
            folder = self._clone.results(run.scenario, other.value)
            captures = sum(path.stat().st_size for path in folder.glob("*.pcap"))
            if (folder / store.RECORD).is_file() and captures < MOST_SISTER:
                with contextlib.suppress(LabError):
                    return Timeline.of(store.load(folder).judged(()))
        return None


def keep(folder: Path, timeline: Timeline) -> None:
    """Write a run and its story into a folder; raises UsageError or NoSpace where it cannot be."""
    store.save(folder, timeline.run)
    _write_story(folder, timeline)


def _write_story(folder: Path, timeline: Timeline) -> None:
    from lab.story.pcapng import pcapng  # noqa: PLC0415 - not before a run is judged

    store.put(folder / store.STORY, render_text(timeline, width=STORY_WIDTH, color=False))
    store.put(folder / store.TAPS, pcapng(timeline))


def write_page(
    folder: Path,
    timeline: Timeline,
    scenario: Scenario | None = None,
    *,
    sources: Mapping[str, Mapping[str, bytes]] | None = None,
) -> Path:
    """Write the page of a run into the folder that keeps it, and return where it is.

    ``sources`` are the files of each host's program, where no scenario's folder has them.
    Raises UsageError or NoSpace where it cannot be written.
    """
    from lab.story.page.index.card import card  # noqa: PLC0415 - not before all is judged
    from lab.story.page.lesson import Lesson, heading  # noqa: PLC0415
    from lab.story.page.render import render_page  # noqa: PLC0415

    name, family = timeline.run.scenario, timeline.run.family
    path = folder / store.PAGE
    if scenario is None:
        store.put(path, render_page(timeline, Lesson(programs=programs_of(sources or {}))))
        return path
    lesson = lesson_of(scenario, folder)
    chapter = folder.parent.parent / BOOK / "chapters" / f"{name}.html"
    if lesson.readme and chapter.is_file():
        link = os.path.relpath(chapter, scenario.folder)
        told = f"{lesson.readme}\n[This lesson is a chapter of the book]({link}).\n"
        lesson = replace(lesson, readme=told)
    text = render_page(
        timeline,
        lesson,
        others={
            f"The same over {other.label}": f"../{other.value}/{store.PAGE}"
            for other in scenario.families
            if other is not family
        },
        index=f"../../{INDEX}",
        command=f"lab run {name} --{family.value}",
    )
    store.put(path, text)
    course = {"part": scenario.part, "lectures": list(scenario.lectures)}
    named = {"title": scenario.summary, "heading": heading(lesson.readme)}
    short = {**card(timeline), **named, **course}
    store.put(folder / store.CARD, json.dumps(short))
    return path


def write_index(clone: Clone) -> Path:
    """Write the index of all runs that the clone keeps, and return where it is.

    Raises UsageError or NoSpace where it cannot be written.
    """
    from lab.hosts.docker.compose.lab import Lab  # noqa: PLC0415 - only pages need it
    from lab.scenario.course import ORDER, PARTS  # noqa: PLC0415
    from lab.story.map.arranged import arranged  # noqa: PLC0415
    from lab.story.page.index.card import is_card  # noqa: PLC0415
    from lab.story.page.index.render import render_index  # noqa: PLC0415

    cards = []
    for path in sorted(clone.out.glob(f"*/*/{store.CARD}")):
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        where = f"{path.parent.parent.name}/{path.parent.name}/{store.PAGE}"
        if is_card(known):
            cards.append({**known, "page": where})
    drawn = None
    with contextlib.suppress(LabError):
        topology = Lab(clone.root).topology
        drawn = arranged(topology.networks, topology.hosts.values())
    clone.out.mkdir(exist_ok=True)
    path = clone.out / INDEX
    store.put(path, render_index(cards, drawn, PARTS, ORDER))
    return path


def programs_of(sources: Mapping[str, Mapping[str, bytes]]) -> dict[str, str]:
    """Return the texts of hosts' programs; of files of one name that differ, each with its host."""
    known: dict[str, set[bytes]] = {}
    for files in sources.values():
        for name, content in files.items():
            known.setdefault(name, set()).add(content)
    return {
        name if len(known[name]) == 1 else f"{host}/{name}": content.decode("utf-8", "replace")
        for host, files in sources.items()
        for name, content in files.items()
        if len(content) <= MOST_BYTES and b"\0" not in content
    }


def lesson_of(scenario: Scenario, seen_from: Path) -> Lesson:
    """Return the lesson in a scenario's folder: its README and its programs."""
    from lab.scenario.words import LESSON  # noqa: PLC0415 - only pages need it
    from lab.story.page.lesson import Lesson  # noqa: PLC0415

    def text(path: Path) -> str:
        return path.read_text(encoding="utf-8", errors="replace")

    readme = scenario.folder / "README.md"
    programs = {
        path.name: text(path)
        for path in sorted(scenario.folder.glob("*.py"))
        if path.name not in NOT_SHOWN and is_plain(path) and path.stat().st_size <= MOST_BYTES
    }
    home = os.path.relpath(scenario.folder, seen_from)
    told = text(readme) if is_plain(readme) else ""
    words = scenario.folder.parents[1] / GLOSSARY
    known = text(words) if is_plain(words) and words.stat().st_size <= MOST_BYTES else ""
    return Lesson(scenario.summary, told, programs, home, LESSON, known)
