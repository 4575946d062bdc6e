"""Nothing of a judged folder is executed where it is judged, but the teacher's own scenario.py."""

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from played import hello

from lab.clone import Clone
from lab.errors import ScenarioInvalid
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario import catalogue
from lab.suite.in_process import judge
from lab.suite.judging import Case, Judging, plain_cases
from lab.suite.publish import lesson_of
from lab.wire.address import Family

SCENARIO = """
from lab import Command, Scenario
import socket
assert hasattr(socket, "create_server")
scenario = Scenario(client=Command("true"))
def test_it_says_what_it_never_says(observed):
    assert observed.client.stdout == ["nothing of the kind"]
"""
BRIBE = """
import pathlib
pathlib.Path(__file__).with_name("executed").touch()
def pytest_runtest_makereport(item, call):
    raise SystemExit(0)
"""


class ByHand:
    """Gives a run that was made by hand."""

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing."""

    def observe(self, case: Case) -> Observation:
        """Return the run."""
        return hello(case.family).observation("hello")


def outcomes(root: Path) -> list[Outcome]:
    """Judge the scenario of a clone as the lab's commands do."""
    clone, runs = Clone(root), list[Run]()
    scenarios = catalogue.select(clone.scenarios, ())
    judging = Judging(plain_cases([Family.IPV4]), ByHand(), lambda _, run: runs.append(run))
    files = [each.folder / catalogue.FILE for each in scenarios]
    judge(clone, files, judging, lambda _: None)
    return [run.outcome for run in runs]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a scenario that does not hold."""
    folder = tmp_path / "scenarios" / "hello"
    folder.mkdir(parents=True)
    (folder / "scenario.py").write_text(SCENARIO)
    return folder


BESIDE = (
    *("conftest.py", "sitecustomize.py", "usercustomize.py", "socket.py", "pytest.py", "lab.py"),
    *("test_more.py", "pytest_plugin.py"),
)


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_beside_a_scenario_has_no_effect(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / name).write_text(BRIBE)
    (folder / "x.pth").write_text(f"import sys; exec(open({str(folder / name)!r}).read())")
    monkeypatch.chdir(folder)
    assert outcomes(folder.parents[1]) == [Outcome.FAILS]
    assert not (folder / "executed").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\naddopts = --collect-only\n"),
        ("tox.ini", "[pytest]\naddopts = -k nothing\n"),
        ("setup.cfg", "[tool:pytest]\naddopts = -k nothing\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-k nothing'\n"),
    ],
)
def test_settings_beside_a_scenario_have_no_effect(
    folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    assert outcomes(folder.parents[1]) == [Outcome.FAILS]


@pytest.mark.parametrize("target", [None, "nowhere.py"])
def test_a_scenario_s_folder_that_is_a_package_is_refused_by_name(
    folder: Path, target: str | None
) -> None:
    if target:
        (folder / "__init__.py").symlink_to(target)
    else:
        (folder / "__init__.py").write_text(BRIBE)
    with pytest.raises(ScenarioInvalid, match=r"hello.*\n?.*it has an __init__\.py"):
        outcomes(folder.parents[1])
    assert not (folder / "executed").exists()


def forged(source: Path, flags: int, head: bytes) -> bytes:
    """Return the file that Python keeps of a module, with other code in it."""
    text = source.read_text().replace("== [", "!= [")
    code = compile(f"{text}\nopen({str(source.with_name('executed'))!r}, 'w')", source, "exec")
    return importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + head + marshal.dumps(code)


def test_code_that_python_seems_to_have_kept_of_a_scenario_is_not_read(folder: Path) -> None:
    source = folder / "scenario.py"
    digest = importlib.util.source_hash(source.read_bytes())
    about = source.stat()
    times = [int(about.st_mtime), about.st_size]
    stamp = b"".join(each.to_bytes(4, "little") for each in times)
    kept = folder / "__pycache__"
    kept.mkdir()
    (kept / f"scenario.{sys.implementation.cache_tag}.pyc").write_bytes(forged(source, 0, stamp))
    tag = f"{sys.implementation.cache_tag}-pytest-{pytest.__version__}"
    for flags in (0, 3):  # by its time and size, and by its content, as pytest's versions have it
        head = digest if flags else stamp
        (kept / f"scenario.{tag}.pyc").write_bytes(forged(source, flags, head))
        assert outcomes(folder.parents[1]) == [Outcome.FAILS]
        assert not (folder / "executed").exists()
    assert len(list(kept.iterdir())) == 2


def test_a_page_shows_no_file_to_which_a_link_leads_and_waits_for_no_pipe(folder: Path) -> None:
    secret = folder.parents[1] / "secret.py"
    secret.write_text("the teacher's key")
    (folder / "link.py").symlink_to(secret)
    (folder / "README.md").symlink_to(secret)
    os.mkfifo(folder / "pipe.py")
    (folder / "client.py").write_text("print('hello')")
    lesson = lesson_of(catalogue.load(folder), folder)
    assert (lesson.readme, list(lesson.programs)) == ("", ["client.py"])
