"""All labs of one clone: which there are on the engine, and taking them down together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from lab.hosts.background import side_by_side
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.identity import Identity, project_of
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient


def on_engine(client: EngineClient, root: Path) -> list[int]:
    """Return the numbers of the clone's labs of which the engine has a host or a network."""
    found = [*client.containers(labels.HOST, all=True), *client.networks(labels.NETWORK)]
    projects = {each["Labels"].get(labels.PROJECT, "") for each in found}
    first = Identity(root)
    numbers = numbered(first.project, projects)
    if first.project == project_of(root):
        return numbers
    # A name that the user chose may have the form that somebody else's lab has by chance.
    known = {1, *(other.number for other in first.others())}
    return [number for number in numbers if number in known]


def numbered(project: str, projects: Iterable[str]) -> list[int]:
    """Return the numbers of the labs beside the first one's ``project``, and its own, 1."""
    form = re.compile(rf"{re.escape(project)}(?:-([1-9]\d*))?")
    return sorted(int(match[1] or 1) for name in projects if (match := form.fullmatch(name)))


def down(root: Path, say: Say) -> None:
    """Remove the hosts and networks of all of the clone's labs, and nothing else."""
    with closing(engine.connect()) as client:
        numbers = {1, *on_engine(client, root)}
    side_by_side(lambda number: Lab(root, number).down(say), sorted(numbers))
