"""Only wheels for the hosts' Python are unpacked; a scenario's hosts get what is in its wheels."""

from __future__ import annotations

from pathlib import Path

import pytest
from wheels import wheel

from lab import Command, Program, Scenario
from lab.errors import ScenarioInvalid, UsageError
from lab.scenario import files
from lab.scenario import wheels as wheels_of_scenarios
from lab.scenario.wheels import unpacked


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", True),
        ("cp37-abi3-manylinux_2_28_x86_64", True),
        ("cp312-cp312-manylinux_2_17_x86_64", False),
        ("cp311-cp311-musllinux_1_1_x86_64", False),
        ("cp311-cp311-win_amd64", False),
        ("cp311-cp311-manylinux_2_17_aarch64", False),
        ("py2-none-any", False),
    ],
)
def test_only_wheels_for_the_hosts_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: str, fits: bool
) -> None:
    monkeypatch.setattr(wheels_of_scenarios, "MACHINE", "x86_64")
    wheel(tmp_path, {"tiny.py": ""}, f"tiny-1.0-{tags}")
    if fits:
        assert unpacked(tmp_path) == {"tiny.py": b""}
    else:
        with pytest.raises(UsageError, match="another Python or another system"):
            unpacked(tmp_path)


def test_what_is_no_wheel_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no file NAME\.whl"):
        unpacked(tmp_path)
    path = wheel(tmp_path, {"tiny.py": "x" * 2000})
    monkeypatch.setattr(wheels_of_scenarios, "MOST", 1000)
    with pytest.raises(UsageError, match="larger"):
        unpacked(tmp_path)
    path.write_bytes(b"no zip")
    with pytest.raises(UsageError, match="zip"):
        unpacked(tmp_path)


def test_each_host_with_a_program_gets_what_is_in_the_wheels(tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", {"tiny/__init__.py": "A"})
    (tmp_path / "client.py").write_text("import tiny")
    scenario = Scenario(client=Program("client.py"), hosts=["router"], wheels="wheels")
    placed = scenario.placed(tmp_path)
    placed.check(["client", "router"])
    got = {host: placed.files_for(host).named(()) for host in placed.hosts}
    assert got == {"client": {"tiny/__init__.py": b"A"}, "router": {}}


def test_hosts_of_steps_get_them_as_well(tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", {"tiny.py": "A"})
    scenario = Scenario(hosts=["client"], steps=lambda lab: None, wheels="wheels").placed(tmp_path)
    assert scenario.files_for("client").named(()) == {"tiny.py": b"A"}


def test_wheels_that_are_missing_outside_or_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(folder: str, seen: str) -> None:
        scenario = Scenario(client=Command("true"), wheels=folder).placed(tmp_path / "mine")
        with pytest.raises(ScenarioInvalid, match=seen):
            scenario.check(["client"])

    wheel(tmp_path / "mine", {})
    refused("wheels", "no such file")
    refused("../elsewhere", "outside")
    wheel(tmp_path / "mine" / "large", {"tiny.py": "x" * 2000})
    monkeypatch.setattr(files, "MOST", 1000)
    refused("large", "at most 0 MB")
