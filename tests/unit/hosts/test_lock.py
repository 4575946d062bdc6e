"""One at a time: a lock is waited for, told of, and given up on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from lab.errors import DeadlinePassed
from lab.hosts.docker.lock import held, held_one


def test_a_lock_that_is_free_is_had_at_once_and_again(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with held(tmp_path, "session", 0, "another session", said.append):
            assert (tmp_path / ".cache" / "session.lock").exists()
    assert said == []


def test_who_waits_in_vain_is_told_for_whom(tmp_path: Path) -> None:
    said: list[str] = []
    with held(tmp_path, "session", 0, "another session", said.append):
        with (
            pytest.raises(DeadlinePassed, match="waiting for another session to end"),
            held(tmp_path, "session", 0.01, "another session", said.append),
        ):
            raise AssertionError("two had the same lock")
        with held(tmp_path, "up", 0, "another change", said.append):
            pass
    assert said == ["waiting for another session to end"]


def test_a_lock_is_given_back_by_who_fails(tmp_path: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        held(tmp_path, "session", 0, "another session", print),
    ):
        raise ZeroDivisionError
    with held(tmp_path, "session", 0, "another session", print):
        pass


def test_of_several_locks_the_first_that_is_free_is_had(tmp_path: Path) -> None:
    names = ["session", "session-2"]
    with held_one(tmp_path, lambda: names, 0, "another session", print) as first:
        with held_one(tmp_path, lambda: names, 0, "another session", print) as second:
            assert (first.name, second.name) == ("session", "session-2")
            with (
                pytest.raises(DeadlinePassed),
                held_one(tmp_path, lambda: names, 0.01, "another session", print),
            ):
                raise AssertionError("three had two locks")
        with held_one(tmp_path, lambda: names, 0, "another session", print) as again:
            assert again.name == "session-2"


def test_a_process_that_inherits_the_lock_keeps_it_when_the_lab_is_killed(tmp_path: Path) -> None:
    script = f"""
import os
from pathlib import Path
from lab.hosts.docker.compose import command
from lab.hosts.docker.lock import held
with held(Path({str(tmp_path)!r}), "up", 0, "nobody") as lock:
    compose = ["sh", "-c", f"kill -9 {{os.getpid()}}; cat >/dev/null <{tmp_path}/pipe"]
    command.run(compose, Path("."), {{}}, "working", lock)
"""
    os.mkfifo(tmp_path / "pipe")
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    with (
        pytest.raises(DeadlinePassed),
        held(tmp_path, "up", 0.01, "what compose does", lambda _: None),
    ):
        raise AssertionError("compose works on, and the lock was free")
    with (tmp_path / "pipe").open("w"):
        pass
    with held(tmp_path, "up", 20, "what compose does", lambda _: None):
        pass
