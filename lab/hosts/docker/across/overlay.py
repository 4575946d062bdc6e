"""The network that joins a lab's two engines: Swarm's overlay, without a way out, for IPv4."""

from __future__ import annotations

import time
from contextlib import suppress
from ipaddress import IPv4Network, ip_network

from lab.errors import ComposeFailed
from lab.hosts.docker.across.swarm import LABEL, asking, said_by
from lab.hosts.docker.engine.client import EngineClient, Known, NotThere, Refused

GONE_DEADLINE = 30.0
"""Seconds that a Swarm may take to see that nobody is on its network any more."""


def ensure(manager: EngineClient, name: str, subnet: str, told: str) -> None:
    """Make the network where it is not there, or has other addresses; raises ComposeFailed.

    Each engine takes an address of it for itself: out of the upper half, so that hosts have the
    lower one. ``told`` is what its label says.
    """
    if there := find(manager, name):
        config = (there.get("IPAM") or {}).get("Config") or ()
        if any(each.get("Subnet") == subnet for each in config):
            return
        remove(manager, name)
    from docker.types import IPAMConfig, IPAMPool  # noqa: PLC0415 - slow to load, and seldom wanted

    whole = ip_network(subnet)
    assert isinstance(whole, IPv4Network)  # noqa: S101 - for mypy: the subnet is the lab's own
    upper = [*whole.subnets(1)][1]
    try:
        manager.sdk.create_network(
            name,
            driver="overlay",
            attachable=True,
            internal=True,
            labels={LABEL: told},
            ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=subnet, iprange=str(upper))]),
        )
    except Exception as error:  # the SDK lets through whatever its transport raises
        attempt = f"making the network {name} across both engines"
        raise ComposeFailed(attempt, said_by(error), "lab down, then lab up") from error


def remove(manager: EngineClient, name: str) -> None:
    """Remove the network, once nobody is on it any more; fine where there is none.

    Raises ComposeFailed where it stays.
    """
    give_up = time.monotonic() + GONE_DEADLINE
    why = "it is there all the same"
    while there := find(manager, name):
        try:
            with suppress(NotThere):
                manager.remove_network(there["Id"])
        except Refused as error:
            why = str(error)
        if time.monotonic() > give_up:
            advice = "docker network inspect says who is on it"
            raise ComposeFailed(f"removing the network {name}", why, advice)
        time.sleep(0.05)


def find(client: EngineClient, name: str) -> Known | None:
    """Return what an engine lists of the network; None where it has none of that name."""
    return next((each for each in listed(client) if each["Name"] == name), None)


def are_left(manager: EngineClient) -> bool:
    """Return whether any lab still has such a network there."""
    return bool(listed(manager))


def listed(client: EngineClient) -> list[Known]:
    """Return what an engine lists of all such networks; raises EngineUnavailable."""
    with asking(f"asking the engine {client.endpoint.name} for its networks"):
        return client.networks(LABEL)
