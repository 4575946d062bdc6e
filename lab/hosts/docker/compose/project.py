"""The hosts and networks of one lab on the engine, found by our labels."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lab.errors import ComposeFailed, DeadlinePassed, EngineUnavailable, HostUnavailable
from lab.hosts.docker import labels
from lab.hosts.docker.engine.client import EngineClient, Known, NotThere, Refused

READY = "socketlab: ready"
"""The line that a host prints when its first steps are done."""

READY_DEADLINE = 60.0
"""Seconds that a host may take to print it."""

GONE_DEADLINE = 15.0
"""Seconds that the engine may take to release a network whose hosts are removed."""


class Project:
    """The hosts and networks on the engine that belong to the lab of one name."""

    def __init__(self, client: EngineClient, name: str) -> None:
        self.name = name
        self._client = client

    def hosts(self) -> dict[str, Known]:
        """Return what the engine lists of each host, running or not, by the host's name."""
        try:
            found = self._client.containers(*self._ours(labels.HOST), all=True)
        except OSError as error:
            raise EngineUnavailable(
                "asking the engine for the lab's hosts", str(error), "lab doctor"
            ) from error
        # The running one comes last, where a broken run has left two of one name.
        found.sort(key=lambda container: container["State"] == "running")
        return {container["Labels"][labels.HOST]: container for container in found}

    def networks(self) -> list[Known]:
        """Return what the engine lists of each of the lab's networks."""
        return self._client.networks(*self._ours(labels.NETWORK))

    def all_networks(self) -> list[Known]:
        """Return what the engine lists of everybody's networks."""
        return self._client.networks()

    def running(self) -> dict[str, str]:
        """Return the engine's id of each host that runs, by the host's name."""
        return {
            name: host["Id"] for name, host in self.hosts().items() if host["State"] == "running"
        }

    def remove(self) -> None:
        """Remove all of the lab's hosts, then its networks; fine where there are none.

        Raises ComposeFailed where something that is not the lab's holds on to a network.
        """
        hosts = self._client.containers(*self._ours(labels.HOST), all=True)
        if hosts:
            with ThreadPoolExecutor(len(hosts)) as pool:
                list(pool.map(self._remove_host, [host["Id"] for host in hosts]))
        for network in self.networks():
            self._remove_network(network)

    def wait_ready(self, names: Iterable[str]) -> None:
        """Wait until each of these hosts has said that its first steps are done.

        Raises HostUnavailable for a host that is missing or ended, DeadlinePassed for a slow one.
        """
        running = self.running()
        wanted = list(names)
        with ThreadPoolExecutor(max(1, len(wanted))) as pool:
            list(pool.map(lambda name: self._wait_ready(name, running.get(name)), wanted))

    def _ours(self, label: str) -> tuple[str, str]:
        return (f"{labels.PROJECT}={self.name}", label)

    def _remove_host(self, identity: str) -> None:
        with contextlib.suppress(NotThere):
            try:
                self._client.remove_container(identity)
            except Refused as error:
                # Somebody else (another `lab down`, compose by hand) is already at it.
                if error.status != 409:
                    raise
                self._client.wait_removed(identity, GONE_DEADLINE)

    def _remove_network(self, network: Known) -> None:
        give_up = time.monotonic() + GONE_DEADLINE
        while True:
            try:
                self._client.remove_network(network["Id"])
            except NotThere:
                return
            except Refused as error:
                guests = self._guests(network["Id"])
                if guests or time.monotonic() > give_up:
                    held = f"used by {', '.join(guests)}" if guests else str(error)
                    raise ComposeFailed(
                        f"removing the network {network['Name']}",
                        held,
                        "docker network disconnect -f NETWORK NAME, then lab down",
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _guests(self, identity: str) -> list[str]:
        """Return the names of containers on a network that are not the lab's."""
        with contextlib.suppress(NotThere):
            connected = self._client.network(identity)["Containers"] or {}
            own = {host["Id"] for host in self.hosts().values()}
            return sorted(guest["Name"] for key, guest in connected.items() if key not in own)
        return []

    def _wait_ready(self, name: str, identity: str | None) -> None:
        attempt = f"waiting for host {name} to be ready"
        if identity is None:
            raise HostUnavailable(attempt, "it is not running", "lab down, then lab up")
        give_up = time.monotonic() + READY_DEADLINE
        while True:
            try:
                # Ask for the state first: so the last words of a host that ends are in the log.
                state = self._client.container(identity)["State"]
                # Not StartedAt: the engine takes that time after the first steps have begun.
                ended_before = datetime.fromisoformat(state["FinishedAt"]).timestamp()
                log = self._client.logs(identity, since=max(1.0, ended_before))
                said = log.decode(errors="replace").splitlines()
            except OSError as error:
                raise HostUnavailable(attempt, str(error), "lab doctor") from error
            if READY in said:
                return
            if state["Status"] != "running":
                last_words = "\n".join(["it ended; its last words:", *said[-5:]])
                raise HostUnavailable(attempt, last_words, "lab down, then lab up")
            if time.monotonic() > give_up:
                raise DeadlinePassed(
                    attempt,
                    f"it had not said so after {READY_DEADLINE:g} s",
                    f"docker logs {identity[:12]}",
                )
            time.sleep(0.01)
