"""The lab of one clone: up and down under a project name and addresses of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent import futures
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from lab.errors import ComposeFailed, PrefixTaken, UnknownName
from lab.hosts.background import begin
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose import addresses as prefixes
from lab.hosts.docker.compose import apart
from lab.hosts.docker.compose import command as compose_command
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.file import Topology, with_needs
from lab.hosts.docker.compose.identity import Identity
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.images import images, locks
from lab.hosts.docker.lock import Held, held

ALWAYS = ("dns",)
"""Hosts that come up with every other."""

UP_DEADLINE = 1200.0
"""Seconds to wait for another process to bring this lab up or down: it may be making images."""


class Lab:
    """A clone's lab. Nothing is asked of the engine before a method is called."""

    def __init__(self, root: Path, number: int = 1, where: Endpoint | None = None) -> None:
        """``root`` is the clone: the folder that holds ``compose.yaml``.

        Number 1 is the user's own lab; numbers 2, 3, … come up beside it. ``where`` is an
        engine with a name, other than the usual one.
        """
        self.identity = Identity(root, number, where.name if where else "")
        self._where = where
        self.root = self.identity.root
        self.project = self.identity.project
        self._file = ComposeFile(self.root)

    @property
    def prefix(self) -> str:
        """What the IPv4 addresses begin with: two octets."""
        return self._prefix.ipv4

    @property
    def prefix6(self) -> str:
        """What the IPv6 addresses begin with: three groups."""
        return self._prefix.ipv6

    @property
    def hosts(self) -> list[str]:
        """The names of all hosts in ``compose.yaml``, running or not."""
        return list(self.topology.hosts)

    @property
    def topology(self) -> Topology:
        """What ``compose.yaml`` describes, under the addresses of this lab."""
        return self._file.topology(self.identity.settings(self._prefix))

    def running(self) -> dict[str, str]:
        """Return the engine's id of each host that runs, by name; raises EngineUnavailable."""
        with self._project() as project:
            return project.running()

    def up(self, hosts: Iterable[str] = (), say: Say = lambda _: None) -> None:
        """Bring hosts up with those that they need, and wait until each is ready.

        Where none is named: all but those that compose.yaml has on demand.

        Where allowed, this installs and starts an engine and compose. Hosts that run as they should
        stay as they are. Raises a LabError that says what is missing.
        """
        wanted = self._wanted(list(hosts))
        with closing(engine.ensure(say, self._where)) as client, self._only_one(say) as lock:
            self._up(client, wanted, say, lock)

    def check_locked(self, hosts: Iterable[str], say: Say) -> None:
        """Make the images that ``up`` needs; raises ImageUnavailable for one not as locked."""
        with closing(engine.ensure(say, self._where)) as client:
            made = images.ensure(client, self.root, self.images_of(hosts), say)
            locks.refuse(client, made)

    def images_of(self, hosts: Iterable[str]) -> list[str]:
        """Return the images that ``up`` needs for these hosts."""
        known = self.topology.hosts
        return [known[name].image for name in self._wanted(list(hosts))]

    def down(self, say: Say = lambda _: None) -> list[str]:
        """Remove the lab's hosts and networks, and nothing else; fine where there are none.

        Waits for a session on the lab, which would bring hosts up again. Returns the names of
        networks that the engine does not give up.
        """
        session = self.identity.lock("session")
        waiting = held(self.root, session, UP_DEADLINE, "another session on this lab", say)
        with waiting, self._only_one(say):
            say(f"taking {self.project} down")
            with self._project() as project:
                return project.remove()

    def _up(self, client: EngineClient, wanted: list[str], say: Say, lock: Held) -> None:
        project = Project(client, self.project)
        topology = self.topology
        known = topology.hosts
        made_of = images.settings(self.root, (plan.image for plan in known.values()))
        made_of |= project.settings()
        made_of |= self._file.settings(topology, self._prefix)
        whole = f"{self._file.text}{self._file.extended}{made_of}"
        config = hashlib.sha256(whole.encode()).hexdigest()[:16]
        there = project.hosts()
        is_stale = any(host["Labels"].get(labels.CONFIG) != config for host in there.values())
        all_run = all(name in there and there[name]["State"] == "running" for name in wanted)
        note, image = self.identity.apart, images.tag(known[wanted[0]].image, made_of)
        if is_stale or not all_run:
            looking = begin("looking for compose", compose_command.find)
            images.ensure(client, self.root, [known[name].image for name in wanted], say)
            futures.wait([looking])
            if is_stale:
                say("compose.yaml or an image has changed: bringing the lab up anew")
                _empty(project)
            with apart.meanwhile(project, note, image):
                self._compose_up(project, wanted, {**made_of, "LAB_CONFIG": config}, say, lock)
        kept = begin("apart", lambda: apart.keep(project, note, image, say))
        project.wait_ready(wanted)
        kept.result()

    def _wanted(self, asked: list[str]) -> list[str]:
        known = self.topology.hosts
        if not known:
            raise ComposeFailed(
                "reading the lab's topology",
                f"{self._file.path} has no service with the label {labels.HOST}",
                "git checkout compose.yaml restores the lab's own file",
            )
        usual = [plan.name for plan in known.values() if not plan.profiles]
        always = [name for name in ALWAYS if name in known]
        wanted = with_needs([*asked, *(always if asked else usual)], known)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise UnknownName(
                f"bringing up host {unknown[0]}",
                f"the hosts in compose.yaml are: {', '.join(known) or 'none'}",
                "lab status",
            )
        return wanted

    @contextmanager
    def _project(self) -> Iterator[Project]:
        with closing(engine.connect(self._where)) as client:
            yield Project(client, self.project)

    @property
    def _prefix(self) -> Prefix:
        return self.identity.asked or self.identity.kept or Prefix()

    def _only_one(self, say: Say) -> AbstractContextManager[Held]:
        """Let one process at a time change this lab."""
        name, awaited = self.identity.lock("up"), "another session's change of this lab"
        return held(self.root, name, UP_DEADLINE, awaited, say)

    def _compose_up(
        self,
        project: Project,
        wanted: list[str],
        settings: Mapping[str, str],
        say: Say,
        lock: Held,
    ) -> None:
        command, where = compose_command.ensure(say), {"DOCKER_HOST": project.client.url}
        refused: dict[prefixes.Net, str] = {}
        for last in (False, False, True):
            prefix = self._settle(project, refused, settings)
            say(f"bringing up {', '.join(wanted)} under {prefix.ipv4} and {prefix.ipv6}")
            try:
                compose_command.run(
                    [
                        *command,
                        *("-f", "compose.yaml", "-p", self.project),
                        *("up", "-d", "--no-build", "--no-recreate", *wanted),
                    ],
                    self.root,
                    {**where, **self.identity.settings(prefix), **settings, **self._profiles()},
                    "bringing the lab up",
                    lock,
                    self._where,
                )
            except PrefixTaken:
                if last or self.identity.asked:
                    raise
                refused |= dict.fromkeys(prefix.networks, "somebody whom compose met there")
                _empty(project)
            else:
                return

    def _settle(
        self, project: Project, refused: dict[prefixes.Net, str], settings: Mapping[str, str]
    ) -> Prefix:
        """Choose the addresses, keep them for compose by hand, and return them."""
        # Two labs of one clone that come up at once must not choose the same.
        with held(self.root, "addresses", UP_DEADLINE, "another lab's choice of addresses"):
            ours = prefixes.of_engine(project.networks())
            chosen = (
                prefixes.around(ours) if ours else self._free(project.client.networks(), refused)
            )
            self.identity.env.put({**self.identity.settings(chosen), **settings})
        return chosen

    def _free(self, networks: list[Known], refused: dict[prefixes.Net, str]) -> Prefix:
        asked, kept = self.identity.asked, self.identity.kept
        on_engine = prefixes.of_engine(networks)
        if asked:
            if owner := prefixes.overlap(asked, on_engine):
                raise PrefixTaken(
                    f"bringing the lab up under {asked.ipv4} and {asked.ipv6}",
                    owner,
                    "set another LAB_PREFIX and LAB_PREFIX6; without them the lab finds free ones",
                )
            return asked
        beside = self.identity.kept_by_others()
        taken = on_engine | prefixes.of_this_machine() | refused | beside
        return kept if kept and not prefixes.overlap(kept, taken) else prefixes.choose(taken)

    def _profiles(self) -> dict[str, str]:
        """Return the setting with which compose knows every host, also those not to start."""
        plans = self.topology.hosts.values()
        profiles = dict.fromkeys(profile for plan in plans for profile in plan.profiles)
        return {"COMPOSE_PROFILES": ",".join(profiles)}


def _empty(project: Project) -> None:
    """Remove a project's hosts and networks; raises ComposeFailed where a network stays."""
    if kept := project.remove():
        raise ComposeFailed(
            "bringing the lab up anew",
            f"the engine does not give up the network {kept[0]}",
            "lab down, then lab up: the lab then comes up under another name",
        )
