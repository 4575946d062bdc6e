"""Attacks on the command itself: killed or interrupted at moments that chance has chosen."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

from attack_target import Target, kill
from attacking import Attack, Broke
from lab_clone import ROOT
from left_over import left

KIND = "signals"
SEED = 2026
LATEST = 3.0
"""Seconds after its start at which a command is hit at the latest, at first."""

SOONER, TRIES = 0.8, 4
"""How much sooner the latest moment is where a command had ended before; how often to try a hit."""

COMMAND = ROOT / ".venv" / "bin" / "lab"
KEEPS = ("env", "--block-signal=INT")
"""How the user's command has the kernel keep a Ctrl-C until the lab is ready for it, if it does."""

WITHIN = 10.0
"""Seconds in which an interrupted command must have ended; a busy machine has them, too."""


def hit(number: int, times: int, *words: str) -> Callable[[Target], str]:
    """Return the attack: a command is hit at some moments, and an innocent run follows."""

    def carry(target: Target) -> str:
        chance = random.Random(SEED + number)
        greets, innocent = (str(target.programs / name) for name in ("greets.py", "innocent.py"))
        named = {"GREETS": greets, "INNOCENT": innocent}
        command = [named.get(word, word) for word in words]
        latest, hits = LATEST, list[float]()
        for tries in range(1, TRIES * times + 1):
            took = _hit_once(target, number, chance.uniform(0, latest), command)
            if took is None:
                latest *= SOONER
            else:
                hits.append(took)
            if len(hits) == times:
                target.check()
                return f"{times} hit in {tries} tries, the slowest ended after {max(hits):.2f} s"
        raise ValueError(f"only {len(hits)} of {tries} commands had not ended before they were hit")

    return carry


def _hit_once(target: Target, number: int, moment: float, command: list[str]) -> float | None:
    """Return how long the command took to end after the signal; None where it had ended before."""
    keeps = COMMAND.exists() and KEEPS[1] in COMMAND.read_text(errors="replace")
    process = target.clone.start(*command, before=KEEPS if keeps else ())
    try:
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            began = time.monotonic()
            os.killpg(process.pid, number)
        else:
            return None
        try:
            _, said = process.communicate(timeout=WITHIN)
        except subprocess.TimeoutExpired:
            raise Broke(f"hit after {moment:.2f} s, it ran on for {WITHIN:g} s") from None
    finally:
        kill(process)
    took = time.monotonic() - began
    if "Traceback" in said:
        raise Broke(f"hit after {moment:.2f} s, it printed a traceback: {said[-200:]}")
    # A command that has all done may end as if nothing had been.
    if number == signal.SIGINT and process.returncode not in (130, 0, 1, -signal.SIGINT):
        raise Broke(f"hit after {moment:.2f} s, its status was {process.returncode}: {said[-200:]}")
    return took


def down(target: Target) -> str:
    """Take the lab down, and look for what is left of it."""
    call = target.call("down")
    hosts, networks = target.clone.ids(), target.clone.networks()
    if call.status or hosts or networks or left(target.clone, {}):
        raise Broke(f"{call.figures}; hosts {[*hosts]}, networks {networks}: {call.text[-300:]}")
    return f"{call.figures}; 0 hosts, 0 networks, 0 processes"


def killed_on_the_way_up(times: int) -> Callable[[Target], str]:
    """Return the attack: ``lab up`` is killed while compose works, and ``lab down`` follows."""

    def carry(target: Target) -> str:
        chance = random.Random(SEED)
        for _ in range(times):
            process = target.clone.start("up")
            try:
                process.wait(timeout=chance.uniform(0.3, LATEST))
            except subprocess.TimeoutExpired:
                kill(process)
            down(target)
        target.check()
        return f"{times} times; nothing left each time"

    return carry


RUN = ("run", "tcp_connect", "udp_datagrams")
TRY = ("try", "GREETS", "INNOCENT", "--port", "15000")
HELD = "it ends within 10 s, nothing is left, and the next, innocent run is green"

SIGNALS: tuple[Attack[Target], ...] = (
    Attack("kill", KIND, HELD, hit(signal.SIGKILL, 3, *RUN), 240, quick=True),
    Attack("kill-a-fault", KIND, HELD, hit(signal.SIGKILL, 8, "run", "tcp_retransmission"), 400),
    Attack("kill-a-try", KIND, HELD, hit(signal.SIGKILL, 3, *TRY), 240, quick=True),
    Attack("terminate", KIND, HELD, hit(signal.SIGTERM, 2, *RUN), 240, quick=True),
    Attack("terminate-often", KIND, HELD, hit(signal.SIGTERM, 10, *RUN), 360),
    Attack("hang-up", KIND, HELD, hit(signal.SIGHUP, 2, *RUN), 240, quick=True),
    Attack("ctrl-c", KIND, f"{HELD}; status 130", hit(signal.SIGINT, 4, *RUN), 240, quick=True),
    Attack("ctrl-c-often", KIND, f"{HELD}; status 130", hit(signal.SIGINT, 30, *RUN), 400),
    Attack("killed-on-the-way-up", KIND, "lab down removes all", killed_on_the_way_up(3), 400),
    Attack("down", KIND, "no host, network or process is left", down, 240, quick=True),
)
