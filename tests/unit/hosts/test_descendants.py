"""Processes below a process: found by their parents, read as proc_pid_stat(5) has them."""

from __future__ import annotations

import os
import subprocess
import sys

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
