"""The command that fills the stories of READMEs from real runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from types import MappingProxyType

import click

from lab.cli.options import scenario_names
from lab.cli.progress import Progress
from lab.clone import Clone
from lab.clone import of as clone_of
from lab.errors import CouldNotJudge, UsageError
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.retold import retold
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.runner.staging import Staging
from lab.scenario import catalogue
from lab.scenario.words import LESSON
from lab.story import readme
from lab.story.page.see import unseen
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family

README = "README.md"
DOCUMENTS = (README, "docs/reading-a-ladder.md")
"""Where the lab itself tells stories, in the clone."""

WIDTH = 80


Observe = Callable[[str, Family], Observation]
"""Gives the observation of a scenario, by its name, over an IP version."""


@click.command("lesson")
@click.option("--write", is_flag=True, help="Write the stories of the runs into the READMEs.")
@click.option("--kept", is_flag=True, help="Use the runs in out/ instead of new ones.")
@click.argument("names", nargs=-1, shell_complete=scenario_names)
def lesson_command(names: tuple[str, ...], write: bool, kept: bool) -> None:
    """Compare the stories in READMEs with new runs.

    NAMES select as for lab run. Without NAMES, all lessons and documents of the lab
    are compared.
    """
    clone = clone_of(names)
    chosen = {one.name: one.folder for one in catalogue.select(clone.scenarios, names)}
    readmes = [folder / README for folder in chosen.values()]
    if not names and (clone.root / DOCUMENTS[0]).is_file():  # a course has none of them
        readmes += [clone.root / each for each in DOCUMENTS]
    false: list[str] = []
    with (
        Progress() as progress,
        nullcontext() if kept else open_lab(clone, progress.say) as running_lab,
    ):
        observed = new_runs(clone, running_lab, chosen) if running_lab else kept_runs(clone)
        for path in readmes:
            progress(f"reading {path.parent.name}/{path.name}")
            false += check(clone, observed, path, write=write)
    for each in false:
        click.echo(each)
    if false and not write:
        raise SystemExit(1)


def check(clone: Clone, observed: Observe, path: Path, *, write: bool = False) -> list[str]:
    """Return the stories of a README that are not what happens now; rewrite them if asked to."""
    if not path.is_file():
        return [f"{_told(clone, path)}: there is no such file"]
    text = read(path)
    stories: dict[readme.Key, str] = {}
    false = []
    for block in readme.blocks(text):
        name = block.scenario or path.parent.name
        now = _shown(observed(name, block.family), block.host)
        stories[block.key] = now
        if not block.says_the_same(now):
            where = f"{_told(clone, path)}, {name} over {block.family.label}"
            false.append(f"{where}: {'filled in' if write else 'not what happens now'}")
        if block.scenario is None and block.host is None and "<!-- see:" in text:
            timeline = Timeline.of(Run.of(observed(name, block.family)))
            false += [
                f"{_told(clone, path)}, over {block.family.label}: nowhere is {comment}"
                for comment in unseen(text, timeline)
            ]
    if write and stories:
        path.write_text(readme.filled(text, stories), encoding="utf-8")
    return false


def _told(clone: Clone, path: Path) -> Path:
    return path.relative_to(clone.root) if path.is_relative_to(clone.root) else path


def new_runs(
    clone: Clone, running_lab: RunningLab, chosen: Mapping[str, Path] = MappingProxyType({})
) -> Observe:
    """Return what plays a scenario now, once over each IP version, with the words of lessons.

    ``chosen`` are the folders of scenarios by name, wherever they are; of others it is the clone's.
    """

    @cache
    def observed(name: str, family: Family) -> Observation:
        scenario = catalogue.load(chosen.get(name) or catalogue.find(clone.scenarios, name))
        return observe(running_lab, scenario, family, staging=Staging(words=LESSON))

    return observed


def kept_runs(clone: Clone) -> Observe:
    """Return what gives the observations that ``out/`` keeps; it raises UsageError for others.

    They are retold in the words of lessons.
    """

    @cache
    def observed(name: str, family: Family) -> Observation:
        run = store.load(clone.results(name, family.value))
        if run.observation is None:
            raise CouldNotJudge(f"reading the story of {run.name}", run.reason)
        return retold(run.observation, LESSON)

    return observed


def read(path: Path) -> str:
    """Return a README's text; raises UsageError where it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"reading {path}", f"it is not UTF-8: {error.reason}", "save it as UTF-8"
        ) from error


def _shown(observation: Observation, host: str | None) -> str:
    if host is not None:
        return readme.printed(observation.host(host))
    told = render_text(Timeline.of(Run.of(observation)), width=WIDTH, color=False)
    # Nothing is judged here, so the first line's count of expectations is left out.
    return "\n".join(told.replace(" · no expectations", "").splitlines())
