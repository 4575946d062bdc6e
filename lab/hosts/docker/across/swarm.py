"""Join two engines in a Swarm, and have them leave it where the lab made them enter."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from lab.errors import EngineUnavailable, LabError
from lab.hosts.docker.engine.client import EngineClient, Known, NotThere
from lab.hosts.docker.engine.endpoint import Endpoint

PORT = 2377
"""Where a Swarm's manager listens (docs.docker.com/engine/swarm/swarm-tutorial)."""

BRIDGE = "docker_gwbridge"
"""The bridge that an engine makes when it enters a Swarm, and keeps when it leaves."""

LABEL = "socketlab.across"
"""On a Swarm that a lab made, and on the network that joins a lab's engines."""

DEADLINE = 60.0
"""Seconds that engines may take to know each other, or to forget each other."""

ADVICE = (
    "join both by hand, as docs/engines.md says (docker swarm init --advertise-addr ADDRESS; docker"
    " swarm join), then again: a Swarm that is there is used"
)

Enters = Callable[[Sequence[EngineClient]], str]
"""Is told which engines are about to enter a Swarm; returns what the label of a new one says."""


def state(client: EngineClient) -> Known:
    """Return what an engine tells of the Swarm that it is in (engine API, SwarmInfo)."""
    with asking(f"asking the engine {client.endpoint.name} for its Swarm"):
        found: Known = client.info().get("Swarm") or {}
    return found


def is_in(told: Known) -> bool:
    """Return whether an engine that tells this of itself is in a Swarm."""
    return str(told.get("LocalNodeState", "inactive")) != "inactive"


def node(client: EngineClient) -> str:
    """Return an engine's ID in its Swarm; empty where it is in none."""
    return str(state(client).get("NodeID", ""))


def is_manager(told: Known) -> bool:
    """Return whether an engine that tells this of itself manages a Swarm."""
    return bool(told.get("ControlAvailable"))


def join(first: EngineClient, second: EngineClient, enters: Enters) -> EngineClient:
    """See to it that both are in one Swarm; return the client of the one that manages it.

    An engine that is in none enters; ``enters`` is told before. Raises EngineUnavailable where they
    cannot be in one.
    """
    attempt = f"joining the engines {first.endpoint.name} and {second.endpoint.name} in a Swarm"
    sides = (first, second)
    with asking(attempt, ADVICE):
        told = [state(side) for side in sides]
        for side, own in zip(sides, told, strict=True):
            if is_in(own) and own["LocalNodeState"] != "active":
                raise _refused(attempt, f"{side.endpoint.name} is {own['LocalNodeState']} in one")
        outside = [side for side, own in zip(sides, told, strict=True) if not is_in(own)]
        label = enters(outside) if outside else ""
        if len(outside) == len(sides):
            _init(first, address_of(first.endpoint, second.endpoint), label)
            told[0] = state(first)
        manager, other = (sides, sides[::-1])[not is_manager(told[0])]
        managing, own = (told, told[::-1])[not is_manager(told[0])]
        if not is_manager(managing):
            raise _refused(attempt, "neither of them manages the Swarm that it is in")
        if other in outside:
            _enter(other, manager, address_of(other.endpoint, manager.endpoint))
            own = state(other)
        _wait_known(manager, str(own["NodeID"]), attempt)
    return manager


def leave(client: EngineClient, *, force: bool) -> None:
    """Have an engine leave its Swarm; fine where it is in none. Raises EngineUnavailable."""
    with asking(f"having the engine {client.endpoint.name} leave its Swarm"):
        if is_in(state(client)):
            client.sdk.leave_swarm(force=force)
            give_up = time.monotonic() + DEADLINE
            while is_in(state(client)):
                if time.monotonic() > give_up:
                    name = client.endpoint.name
                    raise EngineUnavailable(
                        f"having the engine {name} leave its Swarm",
                        f"after {DEADLINE:g} s it is still in it",
                        "docker info says in what state; then lab down again",
                    )
                time.sleep(0.05)


def remove_node(manager: EngineClient, own: str) -> None:
    """Have a Swarm forget a node that has left it; fine where it does not know it."""
    with asking("having a Swarm forget a node"), suppress(NotThere):
        if own in nodes(manager):
            manager.sdk.remove_node(own, force=True)


def remove_bridge(client: EngineClient) -> None:
    """Remove the bridge that entering a Swarm has made; fine where it is gone."""
    with asking(f"removing {BRIDGE} of the engine {client.endpoint.name}"), suppress(NotThere):
        client.remove_network(BRIDGE)


def has_bridge(client: EngineClient) -> bool:
    """Return whether an engine has the bridge already."""
    with asking(f"asking the engine {client.endpoint.name} for its networks"):
        return any(each["Name"] == BRIDGE for each in client.networks())


def label_of(manager: EngineClient) -> str:
    """Return what the label of a Swarm says that a lab made; empty for another Swarm."""
    with asking("looking at a Swarm"):
        labels = manager.sdk.inspect_swarm()["Spec"].get("Labels") or {}
    return str(labels.get(LABEL, ""))


def address_of(own: Endpoint, other: Endpoint) -> str | None:
    """Return the address at which one engine is to be reached by the other; None if Docker knows.

    It is that of the engine's own URL. A machine's own engine has the address from which this
    machine sends to the other one. Where both are here, Docker looks which address there is.
    """
    if own.is_socket and other.is_socket:
        return None
    name = _machine(other if own.is_socket else own)
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nothing_is_sent:
        address = socket.gethostbyname(name)
        if not own.is_socket:
            return address
        nothing_is_sent.connect((address, PORT))
        return str(nothing_is_sent.getsockname()[0])
    return None


def _machine(where: Endpoint) -> str:
    """Return the name of an engine's machine, as ssh(1) knows it where it is reached so."""
    url = urlsplit(where.url)
    name = url.hostname or ""
    if url.scheme == "ssh":
        done = subprocess.run(
            ["ssh", "-G", name], capture_output=True, text=True, timeout=10, check=False
        )
        known = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
        return known.get("hostname", name)
    return name


def _init(client: EngineClient, address: str | None, label: str) -> None:
    spec = client.sdk.create_swarm_spec(labels={LABEL: label})
    client.sdk.init_swarm(advertise_addr=address, swarm_spec=spec)


def _enter(client: EngineClient, manager: EngineClient, address: str | None) -> None:
    own = state(manager)
    at = next(
        (each["Addr"] for each in own["RemoteManagers"] if each["NodeID"] == own["NodeID"]),
        f"{own['NodeAddr']}:{PORT}",
    )
    token = manager.sdk.inspect_swarm()["JoinTokens"]["Worker"]
    client.sdk.join_swarm([at], token, advertise_addr=address)


def _wait_known(manager: EngineClient, own: str, attempt: str) -> None:
    give_up = time.monotonic() + DEADLINE
    while nodes(manager).get(own) != "ready":
        if time.monotonic() > give_up:
            seen = f"after {DEADLINE:g} s {manager.endpoint.name}, which manages the Swarm of one,"
            raise _refused(attempt, f"{seen} does not know the other one as ready in it")
        time.sleep(0.05)


def nodes(manager: EngineClient) -> dict[str, str]:
    """Return the state of each node by its ID, as a manager knows them."""
    with asking(f"asking the engine {manager.endpoint.name} for the nodes of its Swarm"):
        return {str(each["ID"]): str(each["Status"]["State"]) for each in manager.sdk.nodes()}


def _refused(attempt: str, seen: str) -> EngineUnavailable:
    return EngineUnavailable(attempt, seen, ADVICE)


@contextmanager
def asking(attempt: str, advice: str = "lab engines; docker node ls") -> Iterator[None]:
    """Raise EngineUnavailable, with what was attempted, for whatever a client raises within."""
    try:
        yield
    except LabError:
        raise
    except Exception as error:  # the SDK lets through whatever its transport raises
        raise EngineUnavailable(attempt, said_by(error), advice) from error


def said_by(error: Exception) -> str:
    """Return what the engine said, where an error of the SDK has it, or what the error says."""
    return str(getattr(error, "explanation", None) or error)
