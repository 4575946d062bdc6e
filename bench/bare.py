"""The other side of the bench: the same things done with Docker's own commands, and timed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.errors import CouldNotJudge

DEADLINE = 600.0
"""Seconds that one command of the bench may take."""


def timed(
    argv: Sequence[str], *, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> float:
    """Run a command, and return how long it took, in seconds; raises CouldNotJudge if it fails."""
    began = time.perf_counter()
    with _within(argv):
        done = subprocess.run(
            list(argv),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=DEADLINE,
            check=False,
        )
    took = time.perf_counter() - began
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-5:])
        raise CouldNotJudge(f"measuring {' '.join(argv)}", f"exit status {done.returncode}\n{last}")
    return took


def spent(
    argv: Sequence[str], *, environment: Mapping[str, str] | None = None
) -> tuple[float, float, int]:
    """Run a command; return its seconds, its processor seconds (children too), its exit status."""
    before, began = os.times(), time.perf_counter()
    with _within(argv):
        done = subprocess.run(
            list(argv),
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )
    took, after = time.perf_counter() - began, os.times()
    if done.returncode:
        last = done.stderr.decode(errors="replace").splitlines()[-5:]
        sys.stderr.write("".join(f"bench: {line}\n" for line in last))
    user = after.children_user - before.children_user
    system = after.children_system - before.children_system
    return took, user + system, done.returncode


def lab(*words: str) -> list[str]:
    """Return the command line of a ``lab`` command."""
    return [sys.executable, "-m", "lab", *words]


def pair(
    server: Sequence[str], client: Sequence[str], wait_listening: Callable[[], None]
) -> tuple[float, str]:
    """Run a server, when it listens a client, and wait for both.

    Returns the seconds from the start of the first to the end of the last, and what the client
    printed.
    """
    began = time.perf_counter()
    serving = subprocess.Popen(
        list(server), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_listening()
        said = subprocess.run(
            list(client), capture_output=True, text=True, timeout=DEADLINE, check=False
        )
        serving.wait(DEADLINE)
        return time.perf_counter() - began, said.stdout
    finally:
        if serving.poll() is None:
            serving.kill()
        serving.communicate()


@contextmanager
def _within(argv: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except subprocess.TimeoutExpired as late:
        seen = f"it had not ended after {DEADLINE:g} s"
        raise CouldNotJudge(f"measuring {' '.join(argv)}", seen) from late
