"""Processes below a process: found by their parents, read as proc_pid_stat(5) has them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.hosts.agent import descendants


def test_a_child_and_its_child_are_below_this_process() -> None:
    starts_another = (
        "import subprocess, sys;"
        " other = subprocess.Popen(['cat'], stdin=sys.stdin); print(other.pid, flush=True);"
        " other.wait()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starts_another], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        grandchild = int(child.stdout.readline())
        assert {child.pid, grandchild} <= descendants.everybody()
        process = descendants.read(grandchild)
        assert process
        assert process.is_alive
        assert process.parent == child.pid
        assert process.session == os.getsid(0)


def test_a_process_that_was_reaped_is_not_there() -> None:
    with subprocess.Popen(["true"]) as child:
        child.wait()
        assert descendants.read(child.pid) is None
        assert child.pid not in descendants.everybody()


def test_a_process_that_ends_while_it_is_looked_at_is_not_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with subprocess.Popen(["true"]) as child:
        child.wait()
    # As if it ended right after somebody has seen its folder: pathlib's glob looks, then opens.
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    assert not descendants.are_busy(child.pid)


def test_a_process_that_works_is_busy_and_one_that_waits_is_not() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as works:
        assert descendants.are_busy(works.pid)
        works.kill()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as waits:
        give_up = time.monotonic() + 60
        while descendants.are_busy(waits.pid) and time.monotonic() < give_up:
            time.sleep(0.01)
        assert not descendants.are_busy(waits.pid)


def test_how_a_program_ended_is_left_to_whoever_started_it() -> None:
    others = descendants.everybody()
    with descendants.birth() as born:
        program = subprocess.Popen(["sleep", "60"])
        born(program.pid)
    orphan = subprocess.Popen(["sleep", "60"])
    try:
        assert descendants.end_all(spare=others) == 2
        assert descendants.read(orphan.pid) is None
        assert program.wait(5) == -signal.SIGKILL
        assert descendants.end_all(spare=others) == 0
    finally:
        descendants.forget()
        orphan.wait(5)
