"""What the lessons have a student type in terminals of her own works as it is written there."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest
from lab_clone import ROOT, Clone
from waiting import PATIENCE, wait_for

from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.running_lab import RunningLab

TYPED = re.compile(r"^ {4}\.venv/bin/lab (.+)$", re.MULTILINE)
LESSONS = {
    path.parent.name: commands
    for path in sorted(ROOT.glob("scenarios/*/README.md"))
    if (commands := TYPED.findall(path.read_text(encoding="utf-8")))
}
HOSTS = Lab(ROOT).hosts
ERROR = re.compile(r"^(?:\w+\.)*(\w+Error)\b", re.MULTILINE)
DNS = 53
NOT_FOUND = (126, 127)
"""How a shell, and docker exec, end where there is no such program."""


def test_every_lesson_says_what_to_type() -> None:
    lessons = {path.parent.name for path in ROOT.glob("scenarios/*/scenario.py")}
    assert set(LESSONS) == lessons


@pytest.fixture(scope="module")
def watched(this_lab: Clone) -> Iterator[RunningLab]:
    """Bring up every host of a lesson, and give the lab to look at; it is nobody's session."""
    lines = [bare(shlex.split(line)) for lines in LESSONS.values() for line in lines]
    words = {word for line in lines for word in line}
    Lab(this_lab.root).up(sorted(words & set(HOSTS)))
    with closing(RunningLab(engine.connect(), this_lab.project)) as network:
        yield network


@pytest.fixture
def terminals(this_lab: Clone, watched: RunningLab) -> Iterator[list[subprocess.Popen[str]]]:
    """Give a list for processes; they, and what they left on hosts, are ended afterwards."""
    opened: list[subprocess.Popen[str]] = []
    yield opened
    for process in opened:
        process.terminate()
        process.communicate(timeout=PATIENCE)
        words = typed(process)
        if "iptables" in words:
            # As the lesson says: a rule is taken away by the same words with -D for -A.
            without = ["-D" if word == "-A" else word for word in words[2:]]
            assert this_lab.lab("exec", "--root", words[1], *without).status == 0
    for host in sorted({words[1] for words in map(typed, opened) if words[0] == "exec"}):
        watched.open([host])[host].command("pkill", "-u", "student")


def typed(process: subprocess.Popen[str]) -> list[str]:
    words = list(process.args) if isinstance(process.args, list) else []
    told = [str(word) for word in words]
    return bare(told[told.index("lab") + 1 :])


def bare(words: list[str]) -> list[str]:
    """Return a command of the lab without the options that tell who runs it and on which files."""
    at = words.index("--with") if "--with" in words else len(words)
    return [word for word in words[:at] + words[at + 2 :] if word != "--root"]


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_says_to_type_works(
    name: str, this_lab: Clone, watched: RunningLab, terminals: list[subprocess.Popen[str]]
) -> None:
    *first, last = [shlex.split(command) for command in LESSONS[name]]
    for command in first:
        type_in(this_lab, watched, command, terminals)
    type_in(this_lab, watched, last, terminals, last=True)
    lesson = (ROOT / "scenarios" / name / "README.md").read_text(encoding="utf-8")
    for process in terminals:
        if process.returncode is not None:
            text = "\n".join(process.communicate())
            assert process.returncode not in NOT_FOUND, text
            for sign in ("can't open file", "lab: ", "usage:"):
                assert sign not in text, text
            assert all(error in lesson for error in ERROR.findall(text)), text


def type_in(
    lab: Clone,
    watched: RunningLab,
    command: list[str],
    terminals: list[subprocess.Popen[str]],
    *,
    last: bool = False,
) -> None:
    """Type a command in a terminal; wait until it ends, or does something if not the last."""
    watches = command[0] != "exec" or "tcpdump" in command
    host = next((word for word in bare(command)[1:] if word in HOSTS), "")
    there = watched.open([host])[host] if host and not watches else None

    def sockets() -> set[object]:
        # A connection that nobody has any more, as one that closes, gets the inode 0; a look-up
        # tells nothing of a server that will listen after it.
        found = there.sockets() if there else ()
        return {
            each.inode
            for each in found
            if each.inode and not (each.remote and each.remote.port == DNS)
        }

    before = sockets()
    process = lab.start(*command, typed="\n")  # where a program asks for Enter
    terminals.append(process)
    if watches:
        return
    if last:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=PATIENCE)
        assert process.returncode is not None, f"{command} has not ended"
    else:
        wait_for(
            f"{command} to open a socket or to end",
            lambda: process.poll() is not None or sockets() - before,
        )
