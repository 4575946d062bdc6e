"""All labs of one clone: which there are on the engine, and taking them down together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from lab.hosts.background import side_by_side
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.identity import Identity, named, project_of
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint


def on_engine(client: EngineClient, root: Path) -> list[int]:
    """Return the numbers of the clone's labs of which the engine has a host or a network."""
    found = [*client.containers(labels.HOST, all=True), *client.networks(labels.NETWORK)]
    projects = {each["Labels"].get(labels.PROJECT, "") for each in found}
    first = Identity(root, on=client.endpoint.name)
    numbers = numbered(first.project, projects)
    if first.lasting == project_of(root):
        return numbers
    # A name that the user chose may have the form that somebody else's lab has by chance.
    known = {1, *(other.number for other in first.others())}
    return [number for number in numbers if number in known]


def numbered(project: str, projects: Iterable[str]) -> list[int]:
    """Return the numbers of the labs beside the first one's ``project``, and its own, 1."""
    form = re.compile(rf"{re.escape(project)}(?:-([1-9]\d*))?")
    return sorted(int(match[1] or 1) for name in projects if (match := form.fullmatch(name)))


def down(root: Path, say: Say, where: Endpoint | None = None) -> None:
    """Remove the hosts and networks of all of the clone's labs on an engine, and nothing else.

    It is the usual engine, or one with a name at ``where``.

    The engine can keep a network for ever whose endpoints it has lost (20.10, after a kill). The
    clone's labs then take another name, so that they can come up again.
    """
    with closing(engine.connect(where)) as client:
        numbers = {1, *on_engine(client, root)}
        kept = side_by_side(lambda each: Lab(root, each, where).down(say), sorted(numbers))
        identity = Identity(root)
        if ghosts := [name for names in kept for name in names]:
            say(
                f"the engine does not give up {', '.join(ghosts)}, though nobody is on it. It goes"
                " when the engine starts anew; the lab comes up under another name until then"
            )
            identity.become(identity.generation + 1)
        elif identity.generation and not _earlier(client, identity):
            identity.become(0)


def _earlier(client: EngineClient, identity: Identity) -> list[str]:
    """Remove the networks of earlier generations, and return those that the engine keeps."""
    projects = {each["Labels"].get(labels.PROJECT, "") for each in client.networks(labels.NETWORK)}
    return [
        network
        for generation in range(identity.generation)
        for project in projects
        if numbered(named(identity.lasting, generation), [project])
        for network in Project(client, project).remove(within=0)
    ]
