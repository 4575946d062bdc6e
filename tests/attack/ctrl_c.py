"""Press Ctrl-C at many moments of commands, and tell how each of them ended.

    PYTHONPATH=tests/lab .venv/bin/python tests/attack/ctrl_c.py [--times 300] [--seed 1]

Every command is to end within 2 s, with one line and the status 130, and to leave no lock, no
program and no fault behind; the hosts stay. It takes about two seconds a time.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
from lab_clone import ROOT, Clone
from left_over import left

LAB = ROOT / ".venv" / "bin" / "lab"
LINE = "lab: interrupted; what the lab had started has been ended"
WITHIN = 2.0
PATIENCE = 15.0
"""Seconds after which a command that has not ended is killed."""

ECHO = ROOT / "scenarios" / "tcp_connect"
COMMANDS: dict[str, tuple[float, list[str]]] = {
    "run": (2.5, ["run", "tcp_connect", "udp_datagrams", "request_response"]),
    "fault": (6.0, ["run", "tcp_retransmission", "--ipv4"]),
    "try": (1.5, ["try", f"{ECHO}/server.py", f"{ECHO}/client.py", "--port", "15000"]),
    "list": (0.3, ["list"]),
}
"""Each command by its name: the seconds within which it is interrupted, and its words."""


@dataclass(frozen=True)
class Trial:
    """How one interrupted command ended; ``wrong`` is empty where it did as it should."""

    command: str
    moment: float
    took: float
    wrong: str


def trial(command: str, moment: float) -> Trial | None:
    """Interrupt a command after some seconds; None where it had ended before."""
    words = COMMANDS[command][1]
    process = subprocess.Popen(
        [LAB, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    time.sleep(moment)
    has_ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    os.killpg(process.pid, signal.SIGINT)
    since = time.monotonic()
    try:
        process.wait(PATIENCE)
        took = time.monotonic() - since
        told, said = process.communicate()
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, said = process.communicate()
        took = PATIENCE
    # The kernel may still have been about the process's end when all was told.
    is_whole = process.returncode in (0, 1) and told.count("\n") > 2 and took < 0.1
    if has_ended is not None or is_whole:
        return None
    return Trial(command, moment, took, wrong(process.returncode, said.strip(), took))


def wrong(status: int, said: str, took: float) -> str:
    """Say what an interrupted command did that it should not."""
    if status == -signal.SIGINT and not said:
        return ""  # The first milliseconds are those of sh(1) and env(1): nothing had begun.
    found = [f"status {status}"] if status != 130 else []
    *progress, last = said.splitlines() or [""]
    if last != LINE or not all(line.startswith("lab: [") for line in progress):
        found.append(f"said {said[-300:]!r}")
    if took > WITHIN:
        found.append(f"took {took:.1f} s")
    if not is_free(ROOT / ".cache" / "session.lock"):
        found.append("the lock is held")
    return "; ".join(found)


def is_free(lock: Path) -> bool:
    """Return whether nobody holds a lock."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def other_hosts(clone: Clone, up: dict[str, str]) -> str:
    """Say so where other hosts run than before."""
    return "" if clone.ids("running") == up else "other hosts are up"


def main() -> None:
    """Interrupt commands, print a table, and exit with 1 where one did not end as it should."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", choices=COMMANDS, action="append")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    subprocess.run([LAB, "up", "client", "server", "remote"], cwd=ROOT, check=True, stdout=2)
    clone = Clone(ROOT)
    up = clone.ids("running")
    trials: list[Trial] = []
    traces: Counter[str] = Counter()
    late = 0
    while len(trials) < options.times:
        command = chance.choice(options.command or [*COMMANDS])
        moment = chance.uniform(0, COMMANDS[command][0])
        done = trial(command, moment)
        if done is None:
            late += 1
            continue
        trials.append(done)
        if done.wrong:
            click.echo(f"{command} at {moment:.3f} s: {done.wrong}")
        if len(trials) % 10 == 0 and (found := left(clone, up) or other_hosts(clone, up)):
            traces[found] += 1
            click.echo(f"after {len(trials)}: {found}")
    again = subprocess.run([LAB, "run", "tcp_connect"], cwd=ROOT, check=False, capture_output=True)
    slowest = max(each.took for each in trials)
    broken = sum(bool(each.wrong) for each in trials)
    click.echo(
        f"{len(trials)} interrupted ({late} more had ended before): {len(trials) - broken} as they"
        f" should, slowest {slowest:.2f} s; things left {sum(traces.values())} times;"
        f" a run after them ended with {again.returncode}"
    )
    sys.exit(bool(broken or traces or again.returncode))


if __name__ == "__main__":
    main()
