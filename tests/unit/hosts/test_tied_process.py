"""A process beside the agent: it begins with what it is sent, and ends with its input."""

from __future__ import annotations

import subprocess
import sys

from lab.hosts import tied_process


def loaded(sent: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run on this machine what runs on a host, with this as all of its input."""
    *_, loader = tied_process.command("a-host")
    return subprocess.run(
        [sys.executable, "-I", "-c", loader],
        input=sent,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_stream_ends_when_its_input_does() -> None:
    done = loaded(tied_process.preamble("stream", cards=[], buffer=0))
    assert (done.returncode, done.stderr) == (0, b"")


def test_input_that_ends_too_early_starts_nothing() -> None:
    whole = tied_process.preamble("stream", cards=[], buffer=0)
    for sent in (b"", whole[:3], whole[:-1]):
        done = loaded(sent)
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_it_runs_as_root_in_a_session_of_its_own_beside_the_agent() -> None:
    words = tied_process.command("a-host")
    assert words[words.index("-u") + 1] == "0"
    assert words[words.index("-w") + 2] == "a-host"
    assert "-t" not in words
