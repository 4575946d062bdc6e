"""Labs of clones that are gone are told apart from those that somebody may still want."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.hosts.docker import labels
from lab.hosts.docker.compose import gone
from lab.hosts.docker.compose.gone import Gone
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.engine.endpoint import Endpoint


def listed(project: str, host: str, folder: Path) -> Known:
    told = {labels.PROJECT: project, labels.HOST: host, labels.FOLDER: str(folder)}
    return {"Labels": told}


class Listing(EngineClient):
    """A client of an engine that has one host, of a clone that is gone."""

    def containers(self, *with_labels: str, all: bool = False) -> list[Known]:  # noqa: A002
        assert all
        assert with_labels == (labels.HOST,)
        return [listed("old", "client", Path("/nowhere/clone"))]


def test_a_lab_is_left_where_its_folder_or_that_folders_lab_is_gone(tmp_path: Path) -> None:
    kept, other = tmp_path / "kept", tmp_path / "other"
    for folder in (kept, other):
        folder.mkdir()
    (kept / "compose.yaml").touch()
    hosts = [
        *(listed("a", "client", kept), listed("b", "server", other)),
        *(listed("c", name, tmp_path / "none") for name in ("server", "client")),
        *(listed("d", "client", each) for each in (kept, other)),  # as COMPOSE_PROJECT_NAME may do
        listed("e", "client", kept / "compose.yaml"),
    ]
    assert gone.left(hosts) == [
        Gone("b", ("server",), str(other)),
        Gone("c", ("client", "server"), str(tmp_path / "none")),
        Gone("e", ("client",), str(kept / "compose.yaml")),
    ]


def test_a_lab_is_told_with_its_size_and_the_folder_that_is_gone() -> None:
    assert str(Gone("a", ("x",), "/b")) == "a (1 host), whose folder /b is gone"
    assert str(Gone("a", ("x", "y"), "/b")) == "a (2 hosts), whose folder /b is gone"


def test_a_folder_that_may_not_be_looked_into_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "stat", refuse)
    assert gone.left([listed("a", "client", tmp_path)]) == []


def test_a_host_that_does_not_tell_its_folder_is_let_be() -> None:
    assert gone.left([{"Labels": {labels.PROJECT: "a", labels.HOST: "client"}}]) == []


def test_the_folders_of_another_machines_engine_are_not_looked_for_here() -> None:
    assert [each.project for each in gone.on_engine(Listing(Endpoint("unix:///run/x")))] == ["old"]
    assert gone.on_engine(Listing(Endpoint("tcp://far:2375"))) == []
