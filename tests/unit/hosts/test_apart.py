"""Whether the engine's machine is off the lab's bridges: what is noted, and what is looked for."""

from __future__ import annotations

import json
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
