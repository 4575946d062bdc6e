"""The hosts and networks of one lab on the engine, found by our labels."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lab.errors import ComposeFailed, DeadlinePassed, EngineUnavailable, HostUnavailable
from lab.hosts.background import side_by_side
from lab.hosts.docker import labels
from lab.hosts.docker.engine.client import EngineClient, Known, NotThere, Refused, is_rootless

READY = "socketlab: ready"
"""The line that a host prints when its first steps are done."""

READY_DEADLINE = 60.0
"""Seconds that a host may take to print it."""

ASKED_AT_ONCE = 4
"""Hosts that are asked at once whether they are ready. Asking all of twenty took the engine more of
two processors than there was: the hosts' own first steps had to wait for it."""

START_NOTED = 5.0
"""Seconds, at most, from a host's first step until a busy engine notes that it has started."""

GONE_DEADLINE = 15.0
"""Seconds that the engine may take to release a network whose hosts are removed."""

RETRY = 0.1
"""Seconds until a removal is asked for again that failed inside the engine."""

_IN_USE = (403, 409)
"""What engines answer to who would remove a network that has endpoints."""


class Project:
    """The hosts and networks on the engine that belong to the lab of one name."""

    def __init__(self, client: EngineClient, name: str) -> None:
        self.name = name
        self.client = client

    def hosts(self) -> dict[str, Known]:
        """Return what the engine lists of each host, running or not, by the host's name."""
        found = self._containers()
        # The running one comes last, where a broken run has left two of one name.
        found.sort(key=lambda container: container["State"] == "running")
        return {container["Labels"][labels.HOST]: container for container in found}

    def settings(self) -> dict[str, str]:
        """Return the settings that suit compose.yaml to the engine.

        Podman takes no limit of files (tmpfs(5)), and ignores "consistency".
        """
        with _asking("version"):
            is_podman = self.client.is_podman()
        return {"LAB_FILES_LIMIT": "consistency" if is_podman else "nr_inodes"}

    def is_rootless(self) -> bool:
        """Ask whether an ordinary user runs the engine."""
        with _asking("machine"):
            return is_rootless(self.client.info())

    def networks(self) -> list[Known]:
        """Return what the engine lists of each of the lab's networks."""
        with _asking("networks"):
            return self.client.networks(*self._ours(labels.NETWORK))

    def running(self) -> dict[str, str]:
        """Return the engine's id of each host that runs, by the host's name."""
        return {
            name: host["Id"] for name, host in self.hosts().items() if host["State"] == "running"
        }

    def remove_host(self, identity: str) -> None:
        """Remove a host with all that runs on it; fine where it is gone."""
        give_up = time.monotonic() + GONE_DEADLINE
        with contextlib.suppress(NotThere):
            while True:
                try:
                    return self.client.remove_container(identity)
                except Refused as error:
                    # Somebody else (another `lab down`, compose by hand) is already at it.
                    if error.status == 409:
                        return self.client.wait_removed(identity, GONE_DEADLINE)
                    # Podman takes a network from two hosts at once, and netavark(1) then fails.
                    if error.status != 500 or time.monotonic() > give_up:
                        raise
                    time.sleep(RETRY)

    def remove(self, within: float = GONE_DEADLINE) -> list[str]:
        """Remove all of the lab's hosts, then its networks; fine where there are none.

        Returns the names of networks on which nobody is and which the engine does not give up: it
        counts endpoints that it has lost. Raises ComposeFailed where something that is not the
        lab's holds on to a network.
        """
        # One that was to set filters (apart) may have been killed before it began.
        aside = self.client.containers(f"{labels.APART}={self.name}", all=True)
        side_by_side(self.remove_host, [each["Id"] for each in (*self._containers(), *aside)])
        give_up = time.monotonic() + within
        return [
            str(network["Name"])
            for network in self.networks()
            if not self._is_removed(network, give_up)
        ]

    def wait_ready(self, names: Iterable[str]) -> None:
        """Wait until each of these hosts has said that its first steps are done.

        Raises HostUnavailable for a host that is missing or ended, DeadlinePassed for a slow one.
        """
        there = {name: host["Id"] for name, host in self.hosts().items()}
        with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
            list(pool.map(lambda name: self._wait_ready(name, there.get(name)), names))

    def _containers(self) -> list[Known]:
        with _asking("hosts"):
            return self.client.containers(*self._ours(labels.HOST), all=True)

    def _ours(self, label: str) -> tuple[str, str]:
        return (f"{labels.PROJECT}={self.name}", label)

    def _is_removed(self, network: Known, give_up: float) -> bool:
        while True:
            try:
                self.client.remove_network(network["Id"])
            except NotThere:
                return True
            except Refused as error:
                guests = self._guests(network["Id"])
                is_late = time.monotonic() > give_up
                if not guests and is_late and error.status in _IN_USE:
                    return False
                if guests or is_late:
                    raise ComposeFailed(
                        f"removing the network {network['Name']}",
                        f"used by {', '.join(guests)}" if guests else str(error),
                        "docker network disconnect -f NETWORK NAME, then lab down",
                    ) from error
                time.sleep(0.05)
            else:
                return True

    def _guests(self, identity: str) -> list[str]:
        """Return the names of containers on a network that are not the lab's."""
        with contextlib.suppress(NotThere):
            connected = self.client.network(identity)["Containers"] or {}
            own = {host["Id"] for host in self.hosts().values()}
            return sorted(guest["Name"] for key, guest in connected.items() if key not in own)
        return []

    def _wait_ready(self, name: str, identity: str | None) -> None:
        attempt = f"waiting for host {name} to be ready"
        if identity is None:
            raise HostUnavailable(attempt, "there is no such host", "lab down, then lab up")
        give_up = time.monotonic() + READY_DEADLINE
        while True:
            try:
                # Ask for the state first: so the last words of a host that ends are in the log.
                state = self.client.container(identity)["State"]
                said = self.client.logs(identity, since=_begun(state)).decode(errors="replace")
            except OSError as error:
                raise HostUnavailable(attempt, str(error), "lab doctor") from error
            if state["Status"] != "running":
                raise HostUnavailable(attempt, _end_of(state, said), "lab down, then lab up")
            if READY in said.splitlines():
                return
            if time.monotonic() > give_up:
                late = f"it had not said so after {READY_DEADLINE:g} s"
                raise DeadlinePassed(attempt, late, f"docker logs {identity[:12]}")
            time.sleep(0.01)


@contextlib.contextmanager
def _asking(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(
            f"asking the engine for the lab's {what}", str(error), "lab doctor"
        ) from error


def _begun(state: Known) -> float:
    """Return a time, in seconds since the epoch, before a host's first steps in this life of it.

    The engine notes StartedAt when the first steps have already begun, and FinishedAt is the end of
    the life before only while the host runs.
    """
    if state["Status"] == "running":
        return max(1.0, datetime.fromisoformat(state["FinishedAt"]).timestamp())
    return max(1.0, datetime.fromisoformat(state["StartedAt"]).timestamp() - START_NOTED)


def _end_of(state: Known, said: str) -> str:
    """Say how a host ended, and with which words."""
    ended = f"it ended with exit status {state['ExitCode']}"
    if state.get("OOMKilled"):
        ended += ", because its memory was used up"
    if complaint := state.get("Error"):
        ended += f" ({complaint})"
    last_words = [line for line in said.splitlines() if line.strip()][-5:]
    return "\n".join(
        [f"{ended}; its last words:", *last_words] if last_words else [f"{ended}, and said nothing"]
    )
