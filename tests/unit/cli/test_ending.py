"""How commands end when something is wrong: one screen, no traceback, and never the status 1."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from places import ROOT
from played import hello

from lab.cli.ending import MOST_LINES, status_of
from lab.clone import text_of
from lab.errors import CouldNotJudge, LabError, UsageError
from lab.hosts.docker.compose.lab import Lab
from lab.observation import store
from lab.observation.run import Run

NOWHERE = {"DOCKER_HOST": "unix:///nonexistent/engine.sock", "PYTHONPATH": str(ROOT)}

BROKEN = """
import sys
from lab.cli import list as listing, main
def broken(*_):
    raise ZeroDivisionError("nobody\\nforesaw")
listing.catalogue.select = broken
main()
"""


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have details of errors kept in the test's own folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def shell(words: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which ``lab`` is this clone's, with no engine in reach."""
    return subprocess.run(
        ["bash", "-c", f'lab() {{ "{sys.executable}" -m lab "$@"; }}; {words}'],
        cwd=folder,
        env={**os.environ, **NOWHERE, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def is_told(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Assert that the error is one screen with these words; always True."""
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert done.stderr.startswith("lab: ")
    assert "\nTry: " in done.stderr
    assert len(done.stderr.splitlines()) < 24
    for word in words:
        assert word in done.stderr
    return True


def test_what_nobody_foresaw_is_3_and_kept_in_a_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "list"],
        cwd=ROOT,
        env={**os.environ, **NOWHERE, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    (kept,) = tmp_path.glob("socketlab-*.txt")
    assert is_told(done, "doing lab list: ", "ZeroDivisionError: nobody foresaw", str(kept))
    assert kept.read_text().startswith("Traceback")


@pytest.mark.parametrize("error", [RecursionError("deep"), MemoryError(), EOFError(), OSError(5)])
def test_no_failure_that_nobody_foresaw_has_the_status_of_an_expectation(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    assert status_of(command) == 3
    assert "This is a fault of the lab" in capsys.readouterr().err


def test_an_error_of_many_lines_is_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise LabError("judging", "\n".join(map(str, range(500))), "less")

    assert status_of(command) == 3
    told = capsys.readouterr().err.splitlines()
    assert len(told) == MOST_LINES
    assert told[0] == "lab: judging: 0"
    assert told[-1] == "Try: less"


@pytest.mark.parametrize("leave", [lambda: sys.exit(1), lambda: sys.exit(77), lambda: None])
def test_a_command_s_own_status_stays(leave: Callable[[], None]) -> None:
    with pytest.raises(SystemExit) as leaving:
        sys.exit(status_of(leave))
    assert leaving.value.code in (0, 1, 77)


@pytest.mark.parametrize("words", ["lab list", "lab --help", "lab run --help"])
def test_a_closed_standard_output_is_told(words: str) -> None:
    done = shell(f"{words} >&-")
    assert done.returncode == 3
    assert is_told(done, "standard output is closed")


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_other_closed_streams_change_nothing(closed: str) -> None:
    done = shell(f"lab list {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "tcp_connect" in done.stdout


def test_nothing_is_told_where_nobody_can_hear() -> None:
    assert shell("lab list >&- 2>&-").returncode == 3
    assert shell("lab run no-such 2>&-").returncode == 2
    assert shell("lab run no-such 2>/dev/full").returncode == 2


@pytest.mark.parametrize("words", ["lab list", "lab --help", "lab run --help", "lab --version"])
def test_a_reader_that_is_gone_is_no_failure(words: str) -> None:
    # The reader has left before the command begins to write.
    done = shell(f"{{ sleep 0.3; {words}; echo $? >&2; }} | true")
    assert done.stderr == "141\n"


def test_a_full_disk_behind_standard_output_is_told() -> None:
    done = shell("lab list >/dev/full")
    assert done.returncode == 3
    assert is_told(done, "no space left")


@pytest.mark.parametrize(
    "words",
    [
        "list",
        "run",
        "prove",
        "judge",
        "down",
        "exec client true",
        "status",
        "try a.py b.py --port 1",
    ],
)
def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, words: str) -> None:
    done = shell(f'mkdir gone; cd gone; rmdir "$PWD"; lab {words}', tmp_path)
    assert done.returncode == 3
    assert is_told(done, "the working folder is gone")


@pytest.mark.parametrize("name", [".env", "compose.yaml"])
def test_a_file_of_the_lab_in_latin_1_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    (tmp_path / name).write_bytes(b"# Ger\xe4tename\n")
    with pytest.raises(CouldNotJudge, match=rf"{name}: it is not UTF-8"):
        _ = Lab(tmp_path).topology


def test_a_text_that_is_no_text_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=1\n# Ger\xe4tename\n")
    with pytest.raises(CouldNotJudge, match=r"not UTF-8: line 2 has the byte 0xe4\nTry: .*iconv"):
        text_of(tmp_path / ".env")
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=1\n")
    assert text_of(tmp_path / ".env") == "A=1\n"


def test_a_name_that_a_student_chose_does_not_command_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> None:
        raise UsageError("reading \x1b[2J\x1b[32m✔.py", "\x9b1A it is a \rlink")

    assert status_of(refuse) == 2
    told = capsys.readouterr().err
    assert "✔.py" in told
    assert not {"\x1b", "\x9b", "\r"} & set(told)


@pytest.mark.parametrize("command", ["story", "open"])
def test_no_run_is_read_outside_out(tmp_path: Path, command: str) -> None:
    store.save(tmp_path / "ipv4", Run.of(hello().observation()))
    for folder in (ROOT / "out", ROOT):
        named = os.path.relpath(tmp_path, folder)
        # Above / there is / again: so both names may lead to the same folder.
        is_there = (ROOT / named).is_dir()
        done = shell(f"lab {command} {named} --ipv4")
        assert done.returncode == 2
        assert is_told(done, "it has no scenario.py" if is_there else "there is no such folder")
    (tmp_path / "scenario.py").write_text("")
    done = shell(f"lab {command} {tmp_path} --ipv4")
    assert done.returncode == 2
    assert is_told(done, "it has not been run here")
    assert not (tmp_path / "ipv4" / store.PAGE).exists()
