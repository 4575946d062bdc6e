"""The lab of a clone across two engines: up on both, and down with all that joined them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.docker import labels
from lab.hosts.docker.across import files, overlay, swarm
from lab.hosts.docker.across.client import JoinedClient, joined
from lab.hosts.docker.across.placement import JOINING, Side, split
from lab.hosts.docker.across.record import Record, forget, keep, kept
from lab.hosts.docker.across.undo import disjoin, joining_of
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose import apart
from lab.hosts.docker.compose import command as compose_command
from lab.hosts.docker.compose.file import Plan
from lab.hosts.docker.compose.lab import UP_DEADLINE, Lab
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.images import images, sending
from lab.hosts.docker.lock import Held, held

PARTS = Path(".cache", "across")
"""The folder, in a clone, of compose's file for each engine."""


@dataclass(frozen=True)
class _Here:
    """One engine's part of the lab: its client, its hosts that are wanted, and compose's file."""

    project: Project
    side: Side
    wanted: Mapping[str, Plan]
    file: Path
    note: Path

    def image(self, settings: Mapping[str, str]) -> str:
        """Return the full name of an image that is there."""
        return images.tag(next(iter(self.wanted.values())).image, settings)


class AcrossLab(Lab):
    """A clone's lab of which ``middle`` joins two engines."""

    def __init__(self, root: Path, record: Record) -> None:
        super().__init__(root)
        self.record = record

    @property
    def joining(self) -> str:
        """The name of the network that joins both engines."""
        return joining_of(self.project)

    def up(self, hosts: Iterable[str] = (), say: Say = lambda _: None) -> None:
        """Bring hosts up, each on its engine, and wait until each is ready; raises LabError."""
        wanted = self._wanted(list(hosts))
        with closing(joined(self.record)) as client, self._only_one(say) as lock:
            self._up(client, wanted, say, lock)

    def down(self, say: Say = lambda _: None) -> list[str]:
        """Remove the hosts and networks on both, and what joined the engines for this lab.

        Raises EngineUnavailable where one is away: the lab stays known, and can be taken down
        later.
        """
        session = self.identity.lock("session")
        waiting = held(self.root, session, UP_DEADLINE, "another session on this lab", say)
        with waiting, self._only_one(say), closing(joined(self.record)) as client:
            say(f"taking {self.project} down on {' and '.join(self.record.contexts)}")
            ghosts = Project(client, self.project).remove()
            disjoin(client, self.record, self.joining, say)
            forget(self.root)
            return ghosts

    @contextmanager
    def _project(self) -> Iterator[Project]:
        with closing(joined(self.record)) as client:
            yield Project(client, self.project)

    def _up(self, client: EngineClient, wanted: list[str], say: Say, lock: Held) -> None:
        assert isinstance(client, JoinedClient)  # noqa: S101 - `up` has made it
        project, topology = Project(client, self.project), self.topology
        known, sides = topology.hosts, split(topology)
        made_of = images.settings(self.root, (plan.image for plan in known.values()))
        made_of |= project.settings() | self._file.settings(topology, self._prefix)
        whole = f"{self._file.text}{self._file.extended}{made_of}{self.record.contexts}"
        config = hashlib.sha256(whole.encode()).hexdigest()[:16]
        parts = [
            _Here(
                Project(each, self.project),
                side,
                {name: known[name] for name in side.of(wanted)},
                self.root / PARTS / f"{number}.yaml",
                note,
            )
            for number, (each, side, note) in enumerate(
                zip(client.sides, sides, notes(self.root), strict=True), start=1
            )
        ]
        there = project.hosts()
        is_stale = any(host["Labels"].get(labels.CONFIG) != config for host in there.values())
        if is_stale or any(name not in project.running() for name in wanted):
            self._send(client, parts, say)
            manager = swarm.join(*client.sides, self._entering)
            if is_stale:
                say("compose.yaml or an image has changed: bringing the lab up anew")
                project.remove()
            settings = {**made_of, "LAB_CONFIG": config}
            prefix = self._settle(project, {}, settings)
            settings |= self.identity.settings(prefix) | self._profiles()
            subnet = next(each for each in self.topology.networks[JOINING] if "." in each)
            overlay.ensure(manager, self.joining, subnet, self.record.text())
            for part in parts:
                self._compose(part, settings, say, lock)
        for part in parts:
            if part.wanted:
                apart.keep(part.project, part.note, part.image(made_of), say)
        project.wait_ready(wanted)

    def _send(self, client: JoinedClient, parts: Sequence[_Here], say: Say) -> None:
        """Make the images that both engines need on the first, and send the second one its own.

        One of another architecture makes its own.
        """
        near, far = ([plan.image for plan in part.wanted.values()] for part in parts)
        images.ensure(client.first, self.root, [*near, *far], say)
        for sent in sending.ensure([client.first], client.second, self.root, far):
            say(f"sent {self.record.second} {sent}")
        images.ensure(client.second, self.root, far, say)

    def _entering(self, sides: Sequence[EngineClient]) -> str:
        """Keep which engines are about to enter a Swarm, so that `down` has them leave again."""
        for side in sides:
            has_bridge = swarm.has_bridge(side)
            self.record = self.record.entering(side.endpoint.name, has_bridge=has_bridge)
        keep(self.root, self.record)
        return self.record.text()

    def _compose(self, part: _Here, settings: Mapping[str, str], say: Say, lock: Held) -> None:
        """Bring up what of the lab lives on one engine."""
        if not part.wanted:
            return
        client = part.project.client
        say(f"bringing up {', '.join(part.wanted)} on {client.endpoint.name}")
        text = files.part(self._file.text, part.side, self.joining, settings["LAB_ALL_ROUTES"])
        part.file.parent.mkdir(parents=True, exist_ok=True)
        part.file.write_text(text, encoding="utf-8")
        with apart.meanwhile(part.project, part.note, part.image(settings)):
            compose_command.run(
                [
                    *compose_command.ensure(say),
                    *("--project-directory", str(self.root), "-f", str(part.file)),
                    *("-p", self.project, "up", "-d", "--no-build", "--no-recreate"),
                    *part.wanted,
                ],
                self.root,
                {"DOCKER_HOST": client.url, **settings},
                f"bringing the lab up on {client.endpoint.name}",
                lock,
                client.endpoint,
            )


def lab_of(root: Path, number: int = 1, where: Endpoint | None = None) -> Lab:
    """Return a clone's lab of that number on an engine; the first may be across two engines."""
    record = kept(root) if number == 1 and where is None else None
    return AcrossLab(root, record) if record else Lab(root, number, where)


def connect(root: Path) -> EngineClient:
    """Return a client of the engine of the clone's first lab, or of both; see engine.connect."""
    record = kept(root)
    return joined(record) if record else engine.connect()


def ensure(root: Path, say: Say) -> EngineClient:
    """Return the same, after starting an engine where that is allowed; see engine.ensure."""
    record = kept(root)
    return joined(record) if record else engine.ensure(say)


def notes(root: Path) -> tuple[Path, Path]:
    """Return where it is kept off which bridges each engine's machine is."""
    own = Lab(root).identity.apart
    return own, own.with_suffix(".second")


def prepare(root: Path, first: str, second: str) -> AcrossLab:
    """Have the clone's lab be across the engines of two contexts from now on.

    Raises UsageError where it is up otherwise.
    """
    record = kept(root)
    attempt = f"bringing the lab up across {first} and {second}"
    if record and record.contexts != (first, second):
        seen = f"it is across {' and '.join(record.contexts)}"
        raise UsageError(attempt, seen, "lab down, then again")
    own = Record(first, second, Lab(root).project, str(root.resolve()))
    lab = AcrossLab(root, record or own)
    split(lab.topology)
    if record is None:
        with closing(joined(lab.record)) as client:
            if Project(client, lab.project).hosts():
                raise UsageError(
                    attempt, "it is up on one engine", "lab down (--on where), then again"
                )
        keep(root, lab.record)
    return lab
