"""Undo what joined the two engines of a lab, also of one whose clone is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from lab.hosts.docker.across import overlay, swarm
from lab.hosts.docker.across.client import JoinedClient, joined
from lab.hosts.docker.across.placement import JOINING
from lab.hosts.docker.across.record import Record, of
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose import gone
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient


def joining_of(project: str) -> str:
    """Return the name of the network that joins both engines of a lab."""
    return f"{project}_{JOINING}"


def disjoin(client: JoinedClient, record: Record, joining: str, say: Say) -> None:
    """Remove what joins two engines: the network, and the Swarm as far as the lab made it.

    The Swarm stays where somebody else uses it.
    """
    manager = next((each for each in client.sides if swarm.is_manager(swarm.state(each))), None)
    if manager is not None:
        overlay.remove(manager, joining)
        others = sorted(set(swarm.nodes(manager)) - {swarm.node(each) for each in client.sides})
        if overlay.are_left(manager) or (others and manager.endpoint.name in record.entered):
            used = "another lab" if overlay.are_left(manager) else f"{len(others)} more engines"
            say(f"the Swarm stays: {used} used it. docker swarm leave on each engine ends it")
            return
    entered = [each for each in client.sides if each.endpoint.name in record.entered]
    for side in sorted(entered, key=lambda each: each is manager):
        own = swarm.node(side)
        if side is not manager:
            swarm.leave(side, force=False)
            if manager is not None:
                swarm.remove_node(manager, own)
        elif swarm.label_of(side):
            swarm.leave(side, force=True)
    for side in client.sides:
        if side.endpoint.name in record.bridged and not swarm.is_in(swarm.state(side)):
            swarm.remove_bridge(side)


def left(client: EngineClient) -> list[Record]:
    """Return what this engine's Swarm tells of labs across two engines whose clone is gone."""
    if not client.endpoint.is_socket or not swarm.is_manager(swarm.state(client)):
        return []
    return [each for each in _told(client) if gone.is_gone(each.folder)]


def remove_gone(client: EngineClient, say: Say) -> list[Record]:
    """Remove what is left of labs across two engines whose clone is gone; return them."""
    found = left(client)
    for record in found:
        say(f"taking down {record.project} on {' and '.join(record.contexts)}")
        with closing(joined(record)) as both:
            Project(both, record.project).remove()
            disjoin(both, record, joining_of(record.project), say)
    return found


def _told(manager: EngineClient) -> Iterator[Record]:
    """Yield what labels say: of each joining network, and of a Swarm that a lab has made."""
    labels = [str(each["Labels"][swarm.LABEL]) for each in overlay.listed(manager)]
    yield from {
        record.project: record
        for text in (swarm.label_of(manager), *labels)
        if (record := of(text)) is not None
    }.values()
