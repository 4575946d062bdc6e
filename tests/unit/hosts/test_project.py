"""A host is removed also where an engine is in its own way, or somebody else is at it."""

from __future__ import annotations

import pytest

from lab.hosts.docker.compose import project
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient, NotThere, Refused
from lab.hosts.docker.engine.endpoint import DEFAULT, Endpoint


class Answering(EngineClient):
    """A client whose removals end so, one after the other; the last one again and again."""

    def __init__(self, *ends: Refused | None) -> None:
        super().__init__(Endpoint(DEFAULT))
        self.ends = list(ends)
        self.waited: list[str] = []

    def remove_container(self, identity: str) -> None:
        """End as the next one is to."""
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if end:
            raise end

    def wait_removed(self, identity: str, within: float) -> None:
        """Note that somebody else's removal is waited for."""
        self.waited.append(identity)


NETAVARK = Refused(500, "netavark: remove aardvark entries: no such file or directory")


def test_a_removal_that_fails_inside_the_engine_is_asked_for_again() -> None:
    client = Answering(NETAVARK, NETAVARK, None)
    Project(client, "lab").remove_host("a")
    assert len(client.ends) == 1


def test_a_host_that_is_gone_when_it_is_asked_for_again_is_removed() -> None:
    Project(Answering(NETAVARK, NotThere(404, "no such container")), "lab").remove_host("a")


def test_an_engine_that_goes_on_failing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "GONE_DEADLINE", 0.2)
    with pytest.raises(Refused, match="netavark"):
        Project(Answering(NETAVARK), "lab").remove_host("a")


def test_somebody_elses_removal_is_waited_for() -> None:
    client = Answering(Refused(409, "removal is already in progress"))
    Project(client, "lab").remove_host("a")
    assert client.waited == ["a"]
