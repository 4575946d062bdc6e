"""What a killed test run leaves on the engine goes with the next one; what lives is let be."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import ledger
import pytest
from lab_clone import ROOT, Clone, copy_of_this_clone
from waiting import wait_for

from lab.hosts.docker.compose.identity import project_of

RUN = """
import sys
from pathlib import Path

sys.path[:0] = [{root!r}, {root!r} + "/tests/lab", {root!r} + "/tests/unit"]
import ledger
from lab_clone import Clone, copy_of_this_clone

ledger.FOLDER = Path({notes!r})
copy = Path({copy!r})
copy_of_this_clone(copy)
up = Clone(copy).lab("up", "client", within=600)
assert up.status == 0, up.text
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def copy(this_lab: Clone, tmp_path: Path) -> Iterator[Clone]:
    """Give a copy that another process makes; it is taken down whatever becomes of it."""
    del this_lab  # its images are the copy's too
    clone = Clone(tmp_path / "copy")
    yield clone
    clone.take_down()


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a ledger that no other test has."""
    folder = tmp_path / "notes"
    monkeypatch.setattr(ledger, "FOLDER", folder)
    return folder


def test_what_a_killed_test_run_left_is_removed_though_its_folder_is_gone(
    copy: Clone, notes: Path, tmp_path: Path
) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN.format(root=str(ROOT), notes=str(notes), copy=str(copy.root)))
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=copy.environment,
    ) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "up\n"
            assert ledger.sweep() == []
            assert "client" in copy.ids("running")
        finally:
            run.send_signal(signal.SIGKILL)
    shutil.rmtree(copy.root)
    assert ledger.sweep() == [copy.project]
    assert (copy.ids(), copy.networks()) == ({}, [])
    assert list(notes.iterdir()) == []
    assert ledger.sweep() == []


def test_a_copy_that_was_taken_down_is_struck_out(notes: Path, tmp_path: Path) -> None:
    copy_of_this_clone(tmp_path / "copy")
    assert [each.name for each in notes.iterdir()] == [project_of(tmp_path / "copy")]
    Clone(tmp_path / "copy").take_down()
    assert list(notes.iterdir()) == []


def test_a_command_that_outlived_its_test_run_is_killed(notes: Path, tmp_path: Path) -> None:
    endless = tmp_path / "copy" / "lab" / "__main__.py"
    endless.parent.mkdir(parents=True)
    endless.write_text("import time\ntime.sleep(600)\n")
    root = tmp_path / "copy"
    notes.mkdir()
    (notes / project_of(root)).write_text(f"{root}\n")
    with subprocess.Popen([sys.executable, "-m", "lab"], cwd=root) as command:
        wait_for("the command", lambda: ledger.commands(root) == [command.pid])
        killed = threading.Thread(target=command.wait)  # takes note of its end, as init would
        killed.start()
        assert ledger.sweep() == []
        killed.join()
        assert command.returncode == -signal.SIGKILL
    assert list(notes.iterdir()) == []
