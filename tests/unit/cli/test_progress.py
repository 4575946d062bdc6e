"""Progress: a line that ticks on a terminal, a line a finished scenario in a pipe."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT
from played import hello

from lab.cli.progress import Results
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Family

HELD, MISSED = Verdict("test_a", Outcome.HOLDS), Verdict("test_b", Outcome.FAILS)

WAITS = """
import sys, time
from lab.cli.progress import Progress

with Progress() as progress:
    progress.say("bringing up client")
    progress("[1/2] tcp_refused · IPv4")
    give_up = time.monotonic() + 30
    while sys.stderr.isatty() and not progress._line.endswith(" s") and time.monotonic() < give_up:
        time.sleep(0.01)
    progress("[2/2] tcp_refused · IPv6")
print("the table")
"""


def on_a_terminal(program: str) -> str:
    """Return what a Python program writes where all its streams are one terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        os.close(slave)
        said = b""
        try:
            while piece := os.read(master, 4096):
                said += piece
        except OSError:  # Linux ends a terminal that nobody holds any more with EIO
            pass
        assert process.wait(30) == 0
    os.close(master)
    return said.decode()


def test_a_terminal_shows_what_is_done_now_and_since_how_many_seconds() -> None:
    said = re.split(r"[\r\n]+", on_a_terminal(WAITS))
    assert said[0] == "lab: bringing up client"
    lines = [line.strip() for line in said if line.strip()]
    first, *ticks = [line for line in lines if line.startswith("[1/2] ")]
    assert first == "[1/2] tcp_refused · IPv4"
    assert ticks
    assert all(re.fullmatch(r"\[1/2\] tcp_refused · IPv4 · \d+ s", tick) for tick in ticks)
    assert any(line.startswith("[2/2] tcp_refused · IPv6") for line in lines)
    assert lines[-1] == "the table"


def in_a_pipe(program: str) -> str:
    """Return what a Python program writes to a stderr that is a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=True,
    )
    return done.stderr


def test_a_pipe_gets_no_line_that_would_be_replaced() -> None:
    assert in_a_pipe(WAITS) == "lab: bringing up client\n"


def ran(scenario: str, family: Family, *verdicts: Verdict) -> Run:
    return Run.of(hello(family).observation(scenario), verdicts)


def test_a_pipe_gets_a_line_for_each_scenario_once_all_its_runs_are_judged() -> None:
    said: list[str] = []
    results = Results({"hello": 2, "nat": 1}, said.append)
    results(ran("hello", Family.IPV4, HELD, HELD))
    assert said == []
    results(ran("hello", Family.IPV6, HELD, MISSED))
    results(ran("nat", Family.IPV4, HELD))
    assert said == [
        "[1/2] ✗ hello: IPv4 ✔ 2 of 2, IPv6 ✗ 1 of 2",
        "[2/2] ✔ nat: IPv4 ✔ 1 of 1",
    ]


@pytest.mark.parametrize("quiet", [True, False])
def test_who_asks_for_quiet_gets_no_lines(quiet: bool) -> None:
    program = f"from lab.cli.progress import Progress\nProgress(quiet={quiet}).result('nat')"
    assert in_a_pipe(program) == ("" if quiet else "lab: nat\n")


def test_a_terminal_gets_no_line_for_a_result() -> None:
    said = on_a_terminal("from lab.cli.progress import Progress\nProgress().result('nat')")
    assert said == ""


@pytest.mark.parametrize("family", Family)
def test_what_pytest_captures_is_not_where_progress_goes(family: Family, tmp_path: Path) -> None:
    program = """
from lab.cli.progress import Progress
import os
with Progress() as progress:
    kept = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    progress.say("making the image web")
    os.dup2(kept, 2)
"""
    assert "lab: making the image web" in on_a_terminal(program)
