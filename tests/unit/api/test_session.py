"""The door of a Python program where no engine is needed: kept runs, wrong names, wrong wishes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import places
import pytest
from played import hello

import lab
from lab.api.session import Session, family_of
from lab.api.wanted import wanted
from lab.errors import LabError, UnknownName, UsageError
from lab.observation import store
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.wire.address import Family, Udp


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Give a folder that keeps a run of tcp_connect."""
    verdicts = (Verdict("test_it_holds", Outcome.HOLDS),)
    store.save(tmp_path / "ipv4", Run.of(hello().observation("tcp_connect"), verdicts))
    return tmp_path / "ipv4"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    """Give a session that has no engine: whoever asks it for hosts fails."""
    monkeypatch.setenv("SOCKETLAB_ROOT", str(places.ROOT))
    opened = Session.__new__(Session)
    monkeypatch.setattr(opened, "_clone", lab.clone.here(), raising=False)
    return opened


def test_a_kept_run_is_loaded_with_its_programs(kept: Path) -> None:
    run = lab.load(kept)
    assert repr(run) == "✔ tcp_connect · IPv4 · 1 of 1 expectation holds"
    assert set(run.lesson.programs) == {"client.py", "server.py"}
    assert run.page is None
    assert len(run.packets("client")) > 10


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no such file"):
        lab.load(tmp_path)


def test_a_run_is_loaded_where_no_clone_has_its_scenario(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    script = f"import lab; print(lab.load({str(kept)!r}).lesson.programs.keys())"
    clone = tmp_path / "clone"
    (clone / "scenarios").mkdir(parents=True)
    (clone / "compose.yaml").touch()
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path / "elsewhere",
        env={"SOCKETLAB_ROOT": str(clone), "PYTHONPATH": str(places.ROOT)},
    )
    assert done.stdout == "dict_keys([])\n"


def test_a_name_that_no_scenario_has_is_told_before_anything_runs(session: Session) -> None:
    with pytest.raises(UnknownName, match="did you mean tcp_connect"):
        session.run("tcp_conect")


def test_a_run_goes_over_the_ip_version_that_was_asked_for_or_the_scenarios_first() -> None:
    scenario = Scenario(client=Program("client.py")).placed(places.ROOT, name="x")
    assert family_of(scenario, None) is family_of(scenario, False) is Family.IPV4
    assert family_of(scenario, True) is Family.IPV6
    only = Scenario(client=Program("client.py"), families=[Family.IPV6])
    assert family_of(only.placed(places.ROOT, name="x"), None) is Family.IPV6


def test_an_ip_version_that_a_scenario_is_not_for_is_told() -> None:
    only = Scenario(client=Program("client.py"), families=[Family.IPV4])
    with pytest.raises(UsageError, match="it is for IPv4 only"):
        family_of(only.placed(places.ROOT, name="x"), True)


def test_python_without_assertions_judges_nothing() -> None:
    script = "import lab\ntry: lab.open()\nexcept lab.LabError as error: print(error)"
    done = subprocess.run(
        [sys.executable, "-O", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=places.ROOT,
    )
    assert "Python leaves assertions out here" in done.stdout
    assert "Try: start Python without -O" in done.stdout


def test_the_options_of_a_tryout_are_those_of_lab_try(tmp_path: Path) -> None:
    (tmp_path / "typed").write_text("one\n")
    asked = wanted(
        "s.py",
        "c.py",
        ("server", "{port}"),
        port=5000,
        udp=True,
        ipv6=True,
        stdin=tmp_path / "typed",
        replace={"localhost": "server"},
    )
    assert (asked.service, asked.family) == (Udp(5000), Family.IPV6)
    assert (asked.stdin, asked.replacements) == ("one\n", (("localhost", "server"),))
    assert asked.client_arguments == ("server", "{port}")
    assert wanted("s.py", "c.py", ()).client_arguments is None


def test_a_notebook_is_shown_an_error_as_the_command_line_tells_it() -> None:
    error = LabError("looking for x", "there is none", "y")
    assert error._render_traceback_() == ["lab: looking for x: there is none", "Try: y"]


def test_no_name_of_the_door_is_that_of_a_room() -> None:
    rooms = {path.stem for path in (places.ROOT / "lab").iterdir()}
    assert rooms.isdisjoint({*lab._LATER})
    assert "open" not in lab.__all__
