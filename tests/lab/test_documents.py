"""What the documents say to type does what they say: each command in them is run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lab_clone import ROOT, Clone, Said
from terminals import Terminal

GUIDE = (ROOT / "docs" / "writing-a-scenario.md").read_text(encoding="utf-8")
GRADING = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILE = re.compile(r"`scenarios/echo/(\w+)\.py`.*?```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"`\.venv/bin/lab ([^`]+)`")
TRYING = (ROOT / "docs" / "trying.md").read_text(encoding="utf-8")
TRY = re.compile(r"^ +\.venv/bin/lab (try .+)$", re.MULTILINE)
GRADE = re.compile(r"^ +\.venv/bin/lab ((?:grade|assign) .+)$", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z-]+)")

WAIT = {"shell client", "capture server tcp port 15000", "live"}
"""These wait for a person; test_interruptions.py and test_live_ends.py end them as one would."""

NOT_TYPED_HERE = {*WAIT, "up --across default,server2"}
"""The last needs two engines: tests/engines/test_across.py types it."""


@pytest.fixture(scope="module")
def echo(make_clone: Callable[[], Clone]) -> Clone:
    """Give a clone in which somebody has followed the guide, file by file."""
    clone = make_clone()
    written = FILE.findall(GUIDE)
    assert [name for name, _ in written] == ["server", "client", "scenario", "breaks"]
    clone.scenario("echo", **dict(written))
    return clone


def test_the_guides_scenario_runs_and_all_that_it_expects_holds(echo: Clone) -> None:
    said = echo.lab("run", "echo", "--story")
    assert said.status == 0, said.text
    assert "│ hello" in said.stdout


def test_the_guides_breaks_prove_its_expectations(echo: Clone) -> None:
    said = echo.lab("prove", "echo")
    assert said.status == 0, said.text
    assert "5 expectations: all proved" in said.stdout


@pytest.fixture(scope="module")
def run_before(lab: Callable[..., Said]) -> None:
    """Make the run that some commands read."""
    assert lab("run", "tcp_connect").status == 0


@pytest.mark.parametrize(
    "command", [each for each in COMMAND.findall(README) if each not in NOT_TYPED_HERE]
)
def test_a_command_of_the_readme_works(
    command: str, lab: Callable[..., Said], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    words = shlex.split(command)
    if words[0] in ("open", "story", "judge"):
        request.getfixturevalue("run_before")
    if words[0] == "try":
        words[1:3] = [f"scenarios/tcp_connect/{name}" for name in words[1:3]]
        words += ["--server-args", "marble", "server", "violet"]
    if words[0] == "step":
        for name, text in dict(FILE.findall(GUIDE)).items():
            (tmp_path / f"{name}.py").write_text(text.replace("15070", "5000"))
        words[1:3] = [str(tmp_path / name) for name in words[1:3]]
    if words[0] == "new":  # in a clone of its own: others copy this one meanwhile
        lab = request.getfixturevalue("echo").lab
    if words[0] == "grade":
        words[2:] = ["scenarios/tcp_connect"]
    said = lab(*words, within=600)
    assert said.status == 0, said.text


@pytest.mark.parametrize("command", TRY.findall(TRYING))
def test_a_command_of_the_page_on_trying_works(command: str, this_lab: Clone) -> None:
    students = ROOT / "tests" / "students"
    words = shlex.split(command)
    for at in (1, 2):
        words[at] = str(next(iter([*students.glob(words[at]), *students.glob(f"*/{words[at]}")])))
    if "-i" in words:
        terminal = Terminal(this_lab, *words)
        try:
            terminal.sees("rps_server.py")
            terminal.types("\x11", "Kept in ")  # Ctrl-Q
            assert terminal.ends() == 0
        finally:
            terminal.close()
        return
    said = this_lab.lab(*words)
    assert said.status == 0, said.text


@pytest.mark.parametrize("command", GRADE.findall(GRADING))
def test_a_command_of_the_page_on_grading_grades(command: str, echo: Clone) -> None:
    for name in ("ann", "bob"):
        (echo.root / "submissions" / name).mkdir(parents=True, exist_ok=True)
        for file in ("client.py", "server.py"):
            shutil.copy(ROOT / "scenarios" / "tcp_connect" / file, echo.root / "submissions" / name)
    (echo.root / "out").mkdir(exist_ok=True)
    shutil.make_archive(
        str(echo.root / "submissions" / "ann"), "zip", echo.root / "submissions" / "ann"
    )
    shutil.rmtree(echo.root / "submissions" / "ann")
    words: list[str] = []
    (echo.root / "roster.csv").write_text("student\nann\nbob\n")
    (echo.root / "secret").write_bytes(bytes(32))
    for word in shlex.split(command):
        found = sorted(echo.root.glob(word)) if "*" in word and "/" in word else []
        words += [str(path) for path in found] or [word]
    said = echo.lab(*words, within=600)
    assert said.status == 0, said.text


@pytest.mark.parametrize("target", sorted(set(TARGET.findall(README))))
def test_a_make_target_of_the_readme_exists_and_explains_itself(target: str) -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {target} +\w", done.stdout, re.MULTILINE), done.stdout
