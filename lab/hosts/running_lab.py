"""The hosts of a running lab, found by their labels: their addresses and their channels."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial

from lab.errors import HostUnavailable, LabError, UnknownName
from lab.hosts.background import begin, result_of, side_by_side
from lab.hosts.channel import OPENING_DEADLINE, Channel
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.workshop import Workshop
from lab.hosts.host import Host
from lab.hosts.software import Software
from lab.wire.address import Family, Link, in_order

Bring = Callable[[list[str]], None]
_ADDRESSES = {Family.IPV4: "IPAddress", Family.IPV6: "GlobalIPv6Address"}

NEWS_DEADLINE = 1.0
"""Seconds that the engine may need to notice the end of a host whose channel broke off."""


class RunningLab:
    """A running lab: the names and addresses of its hosts, and channels as needed."""

    def __init__(self, client: EngineClient, project: str, bring: Bring | None = None) -> None:
        """Look at the engine; raises EngineUnavailable. No channel is opened yet.

        ``bring`` brings up hosts by name: those that a run needs and that are down.
        """
        self.client = client
        self.workshop: Workshop | None = None
        self.software = Software(client)
        self.planned: Mapping[str, str] = {}
        """The name of the host that is to have an address, also where it is down."""
        self._bring = bring
        self.project = project
        self._found: dict[str, Known] = {}
        self._open: dict[str, Host] = {}
        self._opening: dict[str, Future[Host]] = {}
        self._is_closed = False
        self.refresh()

    def refresh(self) -> None:
        """Ask the engine again which hosts there are."""
        self._found = Project(self.client, self.project).hosts()

    @property
    def up(self) -> list[str]:
        """The names of the hosts that are running."""
        return sorted(
            name for name, container in self._found.items() if container["State"] == "running"
        )

    @property
    def names(self) -> Mapping[str, str]:
        """The name of the host behind each address of the lab, link-local ones among them.

        A host that is down has its addresses too: the name server tells them.
        """
        known = dict(self.planned) | {
            address: name
            for name in self._found
            for link in self.links(name)
            for address in link.addresses.values()
        }
        # A host's first steps (images/host/socketlab-host) give it this address on its link.
        on_link = {
            f"fe80::a:{address.rpartition(':')[2]}": name
            for address, name in known.items()
            if ":" in address
        }
        return {**known, **on_link}

    def versions_of(self, hosts: Iterable[str]) -> Mapping[str, str]:
        """Return the versions of the lab, engine and kernel; these hosts' images by digest."""
        return self.software.versions(self._found[name] for name in hosts if name in self._found)

    def ensure(self, names: Iterable[str]) -> None:
        """Bring up those of these hosts that are down, with the hosts that they need.

        Raises HostUnavailable for a host whose daemons do not answer their health check.
        """
        wanted = list(names)
        missing = [name for name in wanted if name not in self.up]
        if missing and self._bring is not None:
            self._bring(missing)
            self.refresh()
        for name in wanted:
            if "(unhealthy)" in self._found.get(name, {}).get("Status", ""):
                raise HostUnavailable(
                    f"making host {name} ready",
                    "a daemon on it fails its health check",
                    f"lab exec --root {name} -- socketlab-health says which; lab down, then lab up",
                )

    def links(self, name: str) -> tuple[Link, ...]:
        """Return where a host is attached to the lab's networks: ``lan`` first, inward ones last.

        A host that is not running has none.
        """
        networks = self._found[name]["NetworkSettings"]["Networks"]
        return in_order(
            Link(
                network.removeprefix(f"{self.project}_"),
                str(end["MacAddress"]),
                {family: str(end[key]) for family, key in _ADDRESSES.items() if end.get(key)},
            )
            for network, end in networks.items()
            if end.get("MacAddress")
        )

    def addresses(self, name: str) -> Mapping[Family, str]:
        """Return a host's addresses on its first network."""
        return next((link.addresses for link in self.links(name)), {})

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return the name, IPv4 address, IPv6 address and state of each host, as text."""
        return [
            (
                name,
                self.addresses(name).get(Family.IPV4, "-"),
                self.addresses(name).get(Family.IPV6, "-"),
                str(container["Status"]),
            )
            for name, container in sorted(self._found.items())
        ]

    def identity(self, name: str) -> str:
        """Return the engine's id of a host; raises UnknownName or HostUnavailable."""
        if name not in self._found:
            known = ", ".join(sorted(self._found)) or "none: the lab is down"
            raise UnknownName(
                f"looking for host {name}",
                f"hosts that are up: {known}",
                f"lab up {name}, which brings it up if compose.yaml has it",
            )
        if name not in self.up:
            became = self._what_became_of(name)
            raise HostUnavailable(f"reaching host {name}", became, f"lab up {name}")
        return str(self._found[name]["Id"])

    def reached(self, name: str) -> tuple[str, dict[str, str]]:
        """Return the engine's id of a host, and the environment of Docker's commands for it.

        Raises UnknownName or HostUnavailable.
        """
        identity = self.identity(name)
        return identity, self.client.holding(identity).endpoint.environment()

    def prepare(self, names: Iterable[str]) -> None:
        """Begin to open channels to these hosts, and return at once.

        :meth:`open` waits for them, and raises what goes wrong.
        """
        running = self.up
        _ = self.software.lasting  # ask now, so that the answer is there when it is wanted
        for name in dict.fromkeys(names):
            if name in running and name not in self._opening and not self._is_open(name):
                connect = partial(self._connect, name)
                self._opening[name] = begin(f"opening {name}", connect)

    def open(self, names: Iterable[str]) -> dict[str, Host]:
        """Return these hosts with an open channel each, opened side by side where needed.

        Raises HostUnavailable, also where the lab was closed meanwhile.
        """
        if self._is_closed:
            raise HostUnavailable("opening channels", "the session has ended", "")
        wanted = list(dict.fromkeys(names))
        for name in wanted:
            if not self._is_open(name) and name not in self._opening:
                self.identity(name)
        self.prepare(wanted)
        for name in wanted:
            if name in self._opening:
                self._open[name] = self._opened(name, self._opening.pop(name))
        return {name: self._open[name] for name in wanted}

    def close(self) -> None:
        """Close every channel for good; what was started through them ends."""
        self._is_closed = True
        begun, self._opening = self._opening, {}
        for future in begun.values():
            with contextlib.suppress(LabError, FutureTimeoutError):
                host = future.result(OPENING_DEADLINE)
                self._open[host.name] = host
        opened, self._open = self._open, {}
        side_by_side(lambda host: host.channel.close(), opened.values())

    def discard(self, name: str) -> bool:
        """Remove a host with all that runs on it; return whether it is gone.

        Once the session has ended, every host stays. Raises HostUnavailable for an engine's no.
        """
        if not self._is_closed and name in self._found:
            with contextlib.suppress(KeyError):
                self._open.pop(name).channel.close()
            try:
                Project(self.client, self.project).remove_host(self._found[name]["Id"])
            except OSError as error:
                raise HostUnavailable(f"removing unclean {name}", str(error), "lab down") from error
            del self._found[name]
        return name not in self._found

    @property
    def lost(self) -> list[str]:
        """The hosts whose channel was open and has broken off."""
        return [name for name, host in self._open.items() if host.is_gone]

    def _is_open(self, name: str) -> bool:
        return name in self._open and not self._open[name].is_gone

    def _opened(self, name: str, opening: Future[Host]) -> Host:
        attempted = f"opening the control channel to host {name}"
        return result_of(opening, OPENING_DEADLINE, attempted, "lab doctor; lab down, then lab up")

    def _connect(self, name: str) -> Host:
        host = Host(name, self.links(name))
        reach = partial(self.client.attach, self.identity(name))
        host.channel = Channel(name, reach, host.report, lambda: self._what_became_of(name))
        return host

    def _what_became_of(self, name: str) -> str:
        """Return, as a clause, the state of the host as the engine knows it now."""
        if self._is_closed:
            return "its lab was closed"
        with contextlib.suppress(Exception):
            self.client.ping()
            give_up = time.monotonic() + NEWS_DEADLINE
            self.refresh()
            # The engine closes a dying host's channels before it counts the host as ended.
            while name in self.up and time.monotonic() < give_up:
                time.sleep(0.01)
                self.refresh()
            if not (container := self._found.get(name)):
                return f"host {name} does not exist any more"
            if container["State"] == "running":
                return f"the connection to host {name} broke off, though it is running"
            return f"host {name} is not running ({container['Status']})"
        return "the engine does not answer any more"
