"""A course of two scenarios with stored runs, made by hand, for the tests of the book."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from places import ROOT
from played import START_NS, hello

from lab.clone import Clone
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.story.timeline.timeline import Timeline
from lab.suite.publish import keep
from lab.wire.address import Family

NAMES = ("tcp_connect", "udp_datagrams")
HOLDS = (Verdict("test_the_server_closes_first", Outcome.HOLDS),)


def course(folder: Path) -> Clone:
    """Return a clone with two of the lab's scenarios, older than the runs of them that it keeps."""
    (folder / "compose.yaml").touch()
    for name in NAMES:
        place = folder / "scenarios" / name
        hidden = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "scenarios" / name, place, ignore=hidden)
        for path in place.iterdir():
            os.utime(path, ns=(0, START_NS - 1))
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "student-glossary.md", folder / "docs")
    clone = Clone(folder)
    for name in NAMES:
        for family in Family:
            store(clone, observed(name, family))
    return clone


def observed(name: str, family: Family = Family.IPV4) -> Observation:
    """Return what a run of today's lab showed."""
    return replace(hello(family).observation(name), versions={"Lab": version("socketlab")})


def store(clone: Clone, observation: Observation, verdicts: tuple[Verdict, ...] = HOLDS) -> None:
    """Keep a run in a clone's ``out/``."""
    folder = clone.results(observation.scenario, observation.family.value)
    keep(folder, Timeline.of(Run.of(observation, verdicts)))
