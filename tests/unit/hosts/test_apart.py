"""Whether the engine's machine is off the lab's bridges: what is noted, and what is looked for."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from lab.hosts.docker.compose import apart
from lab.hosts.docker.compose.apart import Apart
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.engine.endpoint import DEFAULT, Endpoint


def test_what_was_done_is_read_again(tmp_path: Path) -> None:
    note = tmp_path / "apart"
    done = Apart(["a", "b"], "no filter")
    note.write_text(json.dumps(asdict(done)))
    assert apart.noted(note) == done


@pytest.mark.parametrize("text", [None, "", "[", "[]", "{}", '{"networks": [], "more": 1}', "7"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, text: str | None) -> None:
    note = tmp_path / "apart"
    if text is not None:
        note.write_text(text)
    assert apart.noted(note) is None


@pytest.mark.parametrize(
    ("subnets", "wanted"),
    [
        (["10.77.0.0/24", "fd00:10:77::/64"], "fd00:10:77::/64"),
        (["fd00:10:77::/64", "10.77.0.0/24"], "fd00:10:77::/64"),
        (["10.77.0.0/24"], "none"),
        ([], "none"),
    ],
)
def test_a_bridge_is_found_by_its_name_or_its_network(subnets: list[str], wanted: str) -> None:
    network = {
        "Id": "5c5c8c98e1f6bdb22785",
        "IPAM": {"Config": [{"Subnet": each} for each in subnets]},
    }
    assert apart.bridge(network) == f"5c5c8c98e1f6,{wanted}"


class Told(EngineClient):
    """A client whose engine tells this of itself."""

    def __init__(self, *options: str) -> None:
        super().__init__(Endpoint(DEFAULT))
        self._options = options

    def info(self) -> Known:
        return {"SecurityOptions": list(self._options)}


def test_bridges_that_are_not_in_the_machines_network_are_heard_by_nobody_there() -> None:
    rootless, rootful = (Project(Told(*each), "lab") for each in (["name=rootless"], []))
    assert apart.is_by_itself(apart.NOT_THERE, rootless)
    assert not apart.is_by_itself(apart.NOT_THERE, rootful)
    assert not apart.is_by_itself("the kernel of the engine has no filter that drops", rootless)
    assert not apart.is_by_itself("", rootless)


class Made(Project):
    """A lab whose networks are there, and whose first host a test makes."""

    def __init__(self) -> None:
        super().__init__(Told(), "lab")
        self.is_made, self.is_looked_for = threading.Event(), threading.Event()

    def hosts(self) -> dict[str, Known]:
        self.is_looked_for.set()
        return {"client": {}} if self.is_made.is_set() else {}

    def networks(self) -> list[Known]:
        return [{"Id": "5c5c8c98e1f6bdb22785"}]


class Filters:
    """Notes that filters are to be set; the first time ends so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, first: str = "") -> None:
        self.ends, self.tried = [first], threading.Event()
        self.times = 0
        monkeypatch.setattr(apart, "_filtered", self._set)

    def _set(self, project: Project, bridges: list[str], image: str) -> str:
        self.times += 1
        self.tried.set()
        return self.ends.pop() if self.ends else ""


def test_filters_are_set_while_hosts_are_made_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, note, filters = Made(), tmp_path / "apart", Filters(monkeypatch)
    note.write_text(json.dumps(asdict(Apart(["5c5c8c98e1f6bdb22785"]))))
    with apart.meanwhile(project, note, "image"):
        assert apart.noted(note) is None
        project.is_made.set()
        assert filters.tried.wait(10)
    apart.keep(project, note, "image", pytest.fail)
    assert filters.times == 1


def test_filters_that_could_not_be_set_meanwhile_are_set_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, note = Made(), tmp_path / "apart"
    filters = Filters(monkeypatch, apart.NOT_THERE)
    with apart.meanwhile(project, note, "image"):
        project.is_made.set()
        assert filters.tried.wait(10)
    apart.keep(project, note, "image", pytest.fail)
    assert filters.times == 2


def test_where_no_host_is_made_no_filter_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, filters = Made(), Filters(monkeypatch)

    def refuse() -> None:
        assert project.is_looked_for.wait(10)
        raise OSError("compose")

    with pytest.raises(OSError, match="compose"), apart.meanwhile(project, tmp_path / "a", "image"):
        refuse()
    assert filters.times == 0
