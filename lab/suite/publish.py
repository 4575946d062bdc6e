"""The pages that are kept of runs: one beside each run's captures, with its lesson around it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from lab.clone import Clone
from lab.errors import LabError
from lab.hosts.docker.compose.lab import Lab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.verdict import Verdict
from lab.scenario.course import PARTS
from lab.scenario.scenario import Scenario
from lab.story.page.index.card import card
from lab.story.page.index.map import MapNetwork, arranged
from lab.story.page.index.render import render_index
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.page.template import keep_compiled
from lab.story.timeline.timeline import Timeline, tell
from lab.wire.address import Family

INDEX = "index.html"

NOT_SHOWN = ("scenario.py", "breaks.py")
"""Files of a scenario's folder that are the teacher's, not the lesson's."""

MOST_TWIN = 2_000_000
"""Bytes of captures of a run over the other IP version that is compared with a run."""

MOST_BYTES = 60_000
"""Larger files of a scenario's folder are left out."""


def write(
    folder: Path,
    observation: Observation,
    verdicts: Sequence[Verdict],
    scenario: Scenario | None = None,
) -> Path:
    """Write the page of a run into the folder that keeps it, and return where it is.

    Raises UsageError or NoSpace where it cannot be written.
    """
    name, family = observation.scenario, observation.family
    timeline = tell(observation, verdicts)
    others = {
        f"The same over {other.label}": f"../{other.value}/{store.PAGE}"
        for other in (scenario.families if scenario else ())
        if other is not family
    }
    text = render_page(
        observation,
        verdicts,
        lesson_of(scenario, folder) if scenario else None,
        others=others,
        index=f"../../{INDEX}" if scenario else "",
        command=f"lab run {name} --{family.value}" if scenario else "",
        timeline=timeline,
        twin=_twin(folder, scenario, family),
    )
    path = folder / store.PAGE
    store.put(path, text)
    if scenario is not None:
        about = {
            "title": scenario.summary,
            "part": scenario.part,
            "lectures": list(scenario.lectures),
        }
        short = {**card(observation, verdicts, timeline), **about}
        store.put(folder / store.CARD, json.dumps(short))
    return path


def _twin(folder: Path, scenario: Scenario | None, family: Family) -> Timeline | None:
    """Return what is to be told of the last run over the other IP version, if that is kept."""
    for other in scenario.families if scenario else ():
        beside = folder.parent / other.value
        captures = sum(path.stat().st_size for path in beside.glob("*.pcap"))
        if other is not family and (beside / store.RECORD).is_file() and captures < MOST_TWIN:
            with contextlib.suppress(LabError):
                return tell(store.load(beside)[0])
    return None


def prepare(clone: Clone) -> None:
    """Make writing pages quick in this process, if an earlier one has written some."""
    folder = clone.root / ".cache" / "pages"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        keep_compiled(folder)


def write_index(clone: Clone) -> Path:
    """Write the index of all runs that the clone keeps, and return where it is.

    Raises UsageError or NoSpace where it cannot be written.
    """
    cards = []
    for path in sorted(clone.out.glob(f"*/*/{store.CARD}")):
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        where = f"{path.parent.parent.name}/{path.parent.name}/{store.PAGE}"
        cards.append({**known, "page": where})
    clone.out.mkdir(exist_ok=True)
    path = clone.out / INDEX
    store.put(path, render_index(cards, _map(clone.root), PARTS))
    return path


def _map(root: Path) -> MapNetwork | None:
    with contextlib.suppress(LabError):
        topology = Lab(root).topology
        return arranged(topology.networks, topology.hosts.values())
    return None


def lesson_of(scenario: Scenario, seen_from: Path) -> Lesson:
    """Return the lesson in a scenario's folder: its README and its programs."""
    readme = scenario.folder / "README.md"
    text = readme.read_text(encoding="utf-8", errors="replace") if readme.is_file() else ""
    programs = {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(scenario.folder.glob("*.py"))
        if path.name not in NOT_SHOWN and path.stat().st_size <= MOST_BYTES
    }
    return Lesson(
        title=scenario.summary,
        readme=text,
        programs=programs,
        home=os.path.relpath(scenario.folder, seen_from),
    )
