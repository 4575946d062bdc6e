"""A client of two engines at once: what is asked of a container goes to the engine that has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from lab.hosts.docker.across.record import Record
from lab.hosts.docker.engine import endpoint, engine
from lab.hosts.docker.engine.attached import Attached
from lab.hosts.docker.engine.client import EngineClient, Known, NotThere

T = TypeVar("T")


class JoinedClient(EngineClient):
    """A client of the two engines of one lab; whatever concerns no container is the first's.

    It lists what both have.
    """

    def __init__(self, first: EngineClient, second: EngineClient) -> None:
        super().__init__(replace(first.endpoint, name=""), first.api_version)
        self.first, self.second = first, second
        self._places: dict[str, EngineClient] = {}

    @property
    def sides(self) -> tuple[EngineClient, EngineClient]:
        """The clients of both engines."""
        return self.first, self.second

    def holding(self, identity: str) -> EngineClient:
        """Return the client of the engine that has a container; raises NotThere."""
        if identity not in self._places:
            self._of_either(lambda side: side.container(identity), identity)
        return self._places[identity]

    def close(self) -> None:
        """Give the connections back."""
        super().close()
        for side in self.sides:
            side.close()

    def ping(self) -> bool:
        """Ask whether both engines are there."""
        return all(side.ping() for side in self.sides)

    def containers(self, *with_labels: str, all: bool = False) -> list[Known]:  # noqa: A002
        """List the containers of both with these labels."""
        found = []
        for side in self.sides:
            listed = side.containers(*with_labels, all=all)
            self._places |= {str(each["Id"]): side for each in listed}
            found += listed
        return found

    def container(self, identity: str) -> Known:
        """Return all that the engine which has it knows of a container."""
        return self._of_either(lambda side: side.container(identity), identity)

    def logs(self, identity: str, *, since: float) -> bytes:
        """Return what a container has printed since then."""
        return self.holding(identity).logs(identity, since=since)

    def attach(self, identity: str, argv: Sequence[str]) -> Attached:
        """Run a program in a container as root."""
        return self.holding(identity).attach(identity, argv)

    def remove_container(self, identity: str) -> None:
        """Kill and remove a container."""
        self.holding(identity).remove_container(identity)

    def wait_removed(self, identity: str, within: float) -> None:
        """Wait until somebody else's removal of a container is done."""
        self.holding(identity).wait_removed(identity, within)

    def networks(self, *with_labels: str) -> list[Known]:
        """List the networks of both with these labels; one that both have, once."""
        listed = [each for side in self.sides for each in side.networks(*with_labels)]
        return [*{str(each["Id"]): each for each in listed}.values()]

    def network(self, identity: str) -> Known:
        """Return all that the engine which has it knows of a network."""
        return self._of_either(lambda side: side.network(identity))

    def remove_network(self, identity: str) -> None:
        """Remove a network that nobody is on."""
        self._of_either(lambda side: side.remove_network(identity))

    def _of_either(self, ask: Callable[[EngineClient], T], container: str = "") -> T:
        """Ask the first engine, and where it does not know the thing, the second."""
        known = self._places.get(container)
        for side in (known,) if known else self.sides:
            try:
                answer = ask(side)
            except NotThere:
                if side is (known or self.second):
                    raise
            else:
                if container:
                    self._places[container] = side
                return answer
        raise AssertionError  # pragma: no cover - the last side has answered or raised


def joined(record: Record) -> JoinedClient:
    """Return a client of both engines; raises EngineUnavailable where one is away."""
    first = engine.connect(at(record.first))
    try:
        return JoinedClient(first, engine.connect(at(record.second)))
    except BaseException:
        first.close()
        raise


def at(context: str) -> endpoint.Endpoint:
    """Return where the engine of a context is."""
    return endpoint.named(context)
