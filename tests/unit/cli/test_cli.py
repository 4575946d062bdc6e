"""The command line without any engine: what it says of itself, of mistakes, and its statuses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT

from lab.cli import COMMANDS, lab
from lab.cli.lesson import read
from lab.cli.list import cut
from lab.errors import UsageError

NOWHERE = {"DOCKER_HOST": "unix:///nonexistent/engine.sock", "PYTHONPATH": str(ROOT)}


def run(*words: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with no engine in reach."""
    return subprocess.run(
        [sys.executable, "-m", "lab", *words],
        cwd=folder,
        env={**os.environ, **NOWHERE, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a clone with one scenario in it."""
    (tmp_path / "compose.yaml").touch()
    folder = tmp_path / "scenarios" / "hello"
    folder.mkdir(parents=True)
    text = '"""A client says 你好"""\nfrom lab import Command, Scenario\n'
    text += "scenario = Scenario(client=Command('true'))\n"
    (folder / "scenario.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SOCKETLAB_ROOT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_every_command_explains_itself_in_80_columns(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(lab, [*command, "--help"], prog_name="lab", terminal_width=80)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[0].startswith(f"Usage: {' '.join(('lab', *command))} ")
    assert max(map(len, lines)) <= 80
    told = done.output.replace("]...", "").replace("COMMAND...", "")
    assert "..." not in told.replace("SUBMISSIONS...", "").replace("FILES...", "")
    assert "\\b" not in done.output
    assert "\b" not in done.output


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--no-such"],
        ["run", "--full"],
        ["run", "-q", "-v"],
        ["try", "a.py"],
        ["exec"],
        ["capture", "client", "-c", "0"],
    ],
)
def test_a_usage_error_ends_with_2_and_shows_the_usage(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: lab")
    assert "Error: " in done.stderr


def test_a_word_that_is_no_command_ends_with_2_and_what_to_try() -> None:
    done = run("runn")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lab: doing lab runn: there is no such command\nTry: lab run\n"


def test_a_new_scenario_is_made_once_and_never_over_another(clone: Path) -> None:
    assert run("new", "echo").returncode == 0
    assert (clone / "scenarios" / "echo" / "scenario.py").is_file()
    done = run("new", "echo")
    assert done.returncode == 2
    assert "is there already" in done.stderr


def test_a_shell_gets_the_scenarios_that_begin_so(clone: Path) -> None:
    done = run(_LAB_COMPLETE="bash_complete", COMP_WORDS="lab run h", COMP_CWORD="2")
    assert done.stdout.split() == ["plain,hello"]


def test_a_name_that_there_is_not_ends_with_2_and_one_screen(clone: Path) -> None:
    done = run("run", "helo")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "lab: looking for scenario 'helo': scenarios/ has no such folder with a scenario.py",
        "Try: did you mean hello?",
    ]


def test_a_readme_that_is_no_text_is_no_readme(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"README\.md: it is not UTF-8.*\nTry: "):
        read(tmp_path / "README.md")


def test_programs_to_try_that_there_are_not_end_with_2(clone: Path) -> None:
    done = run("try", "a.py", "b.py", "--port", "5000")
    assert done.returncode == 2
    assert "a.py, and the folder has no such file" in done.stderr


def test_from_any_folder_it_is_the_lab_that_it_runs_from(tmp_path: Path) -> None:
    done = run("list", folder=tmp_path, SOCKETLAB_ROOT=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "tcp_connect" in done.stdout


def test_where_nothing_is_chosen_nothing_was_judged(clone: Path) -> None:
    (clone / "scenarios" / "hello" / "scenario.py").unlink()
    done = run("run")
    assert done.returncode == 3
    assert "no scenario ran" in done.stdout


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"COLUMNS": "20"},
        {"NO_COLOR": "1", "TERM": "dumb"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=str,
)
def test_the_list_can_be_read_on_any_terminal(clone: Path, environment: dict[str, str]) -> None:
    done = run("list", folder=ROOT, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"hello +A client says (你好|\\u4f60\\u597d)", done.stdout)
    assert "\x1b" not in done.stdout


def test_a_reader_that_leaves_early_is_no_error() -> None:
    words = f"{sys.executable} -m lab list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", words],
        cwd=ROOT,
        env={**os.environ, **NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in {"0", "141"}, done.stdout


def test_a_line_that_is_too_long_is_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert cut("short") == "short"
    line = cut("word " * 30)
    assert len(line) <= 60
    assert line.endswith("word …")


@pytest.mark.parametrize("command", ["try", "step"])
@pytest.mark.parametrize("option", ["--client-args", "--server-args"])
def test_words_that_a_shell_could_not_take_apart_are_refused_as_the_users(
    command: str, option: str
) -> None:
    done = run(command, "README.md", "README.md", "--port", "1", option, "'ann")
    assert done.returncode == 2
    assert f"reading {option} 'ann: No closing quotation" in done.stderr
