"""What the engines are that this user may use: Docker's contexts, each looked at."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lab.errors import LabError
from lab.hosts.background import side_by_side
from lab.hosts.docker.aside import container
from lab.hosts.docker.engine import endpoint, engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images

QUESTIONS = 5
"""How often an engine is asked for its time: the quickest answer tells most."""

MEMORY_DEADLINE = 30
"""Seconds that a container may take to tell the memory of its machine."""


@dataclass(frozen=True)
class Clock:
    """How far an engine's clock is ahead of this machine's, and how sure that is, in seconds.

    It is told between a question and its answer. So half the time between these is what it may be
    off, whichever way took longer (F. Cristian, "Probabilistic clock synchronization", 1989).
    """

    ahead: float
    uncertainty: float


@dataclass(frozen=True)
class Surveyed:
    """An engine as it was seen; ``why_not`` says why it cannot be used, and is else empty.

    Memory is in bytes. ``free`` is None where no image of the lab's is there to ask with.
    """

    name: str
    url: str
    is_usual: bool
    why_not: str = ""
    version: str = ""
    cores: int = 0
    memory: int = 0
    free: int | None = None
    clock: Clock | None = None
    there: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def survey(root: Path, wanted: Sequence[str]) -> list[Surveyed]:
    """Look at all engines side by side; ``wanted`` are the images that the clone's hosts need."""
    return side_by_side(lambda name: look(root, name, wanted), endpoint.names())


def look(root: Path, name: str, wanted: Sequence[str]) -> Surveyed:
    """Look at the engine of a context; raises UnknownName where there is no such context."""
    url, usual = "", False
    try:
        where = endpoint.named(name)
        url, usual = where.url, where.is_usual
        with closing(engine.connect(where)) as client:
            return _seen(client, root, name, usual, wanted)
    except (LabError, OSError) as error:
        seen = error.seen if isinstance(error, LabError) else str(error)
        return Surveyed(name, url, usual, why_not=" ".join(seen.split()) or "no answer")


def clock(client: EngineClient) -> Clock:
    """Measure how far an engine's clock is ahead of this machine's."""
    told = []
    for _ in range(QUESTIONS):
        asked = time.time()
        there = datetime.fromisoformat(str(client.info()["SystemTime"])).timestamp()
        answered = time.time()
        told.append(Clock(there - (asked + answered) / 2, (answered - asked) / 2))
    return min(told, key=lambda each: each.uncertainty)


def available(meminfo: str) -> int | None:
    """Return MemAvailable of a ``/proc/meminfo`` (proc(5)) in bytes; None where it has none."""
    for line in meminfo.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) << 10
    return None


def _seen(
    client: EngineClient, root: Path, name: str, usual: bool, wanted: Sequence[str]
) -> Surveyed:
    told, recipes = client.info(), images.recipes(root, wanted)
    lacking = {each.name for each in images.missing_of(client, recipes)}
    there = tuple(each for each in recipes if each not in lacking)
    return Surveyed(
        name,
        client.endpoint.url,
        usual,
        version=str(told.get("ServerVersion", "")),
        cores=int(told.get("NCPU") or 0),
        memory=int(told.get("MemTotal") or 0),
        free=_free(client, recipes[there[-1]].tag) if there else None,
        clock=clock(client),
        there=there,
        missing=tuple(each for each in recipes if each in lacking),
    )


def _free(client: EngineClient, tag: str) -> int | None:
    """Return the free memory of an engine's machine; the API tells its whole memory only.

    A container sees its machine's.
    """
    try:
        with container(client, tag, ["/proc/meminfo"], entrypoint="cat") as identity:
            client.sdk.start(identity)
            client.sdk.wait(identity, timeout=MEMORY_DEADLINE)
            return available(client.sdk.logs(identity).decode("utf-8", "replace"))
    except Exception:  # the SDK lets through whatever its transport raises
        return None
