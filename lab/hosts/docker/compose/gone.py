"""Labs on the engine whose clone is gone from this machine, and their removal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient, Known


@dataclass(frozen=True)
class Gone:
    """A lab that is left of a clone: its project, its hosts, and the folder that is gone."""

    project: str
    hosts: tuple[str, ...]
    folder: str

    def __str__(self) -> str:
        hosts = f"{len(self.hosts)} host{'s' * (len(self.hosts) != 1)}"
        return f"{self.project} ({hosts}), whose folder {self.folder} is gone"


def left(listed: Iterable[Known]) -> list[Gone]:
    """Return the labs of these containers, as an engine lists them, whose clone is gone.

    A folder that this user may not look into is not gone. A clone that was moved is: its folder
    gives its labs another name now.
    """
    hosts: dict[str, set[str]] = {}
    folders: dict[str, set[str]] = {}
    for each in listed:
        told = each["Labels"]
        project, folder = told.get(labels.PROJECT), told.get(labels.FOLDER)
        if project and folder:
            hosts.setdefault(project, set()).add(told[labels.HOST])
            folders.setdefault(project, set()).add(folder)
    return [
        Gone(project, tuple(sorted(hosts[project])), ", ".join(sorted(named)))
        for project, named in sorted(folders.items())
        if all(map(is_gone, named))
    ]


def on_engine(client: EngineClient) -> list[Gone]:
    """Return the labs whose clone is gone; none of an engine elsewhere, which has other folders."""
    is_here = client.endpoint.is_socket
    return left(client.containers(labels.HOST, all=True)) if is_here else []


def remove(client: EngineClient, say: Say) -> list[Gone]:
    """Remove the hosts and networks of labs whose clone is gone, and nothing else; return them."""
    found = on_engine(client)
    for each in found:
        say(f"taking down {each}")
        Project(client, each.project).remove()
    return found


def is_gone(folder: str) -> bool:
    """Return whether a folder has no lab any more, as far as this user may look."""
    try:
        Path(folder, "compose.yaml").stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
