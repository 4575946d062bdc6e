"""The lab's agent inside a host: it answers requests from the channel and reports on programs.

A request is ``(number, verb, keyword arguments)``; its answer ``("answer", number, value)`` or
``("failed", number, kind, text)``. Programs' lines and ends are sent by themselves as ``("line",
program, time_ns, stream, text, complete, halts, bytes)``, ``("ended", program, time_ns, status,
reason, how many of its processes live on)`` and, when those are gone, ``("over", program, time_ns,
reason)``.
When the channel closes, the agent ends everything that it started.
"""

from __future__ import annotations

import contextlib
import pwd
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.hosts.agent import (
    descendants,
    echo,
    guards,
    leftovers,
    programs,
    reader,
    renew,
    run_files,
    sockets,
    tap,
)
from lab.hosts.agent.frame import EVERYBODY


class Agent:
    """Serves one channel until that closes."""

    def __init__(self, channel: Any, load: Callable[[list[tuple[str, str]]], None]) -> None:
        """``load`` makes modules of their names and sources."""
        self._channel = channel
        self._load = load
        self._sending = threading.Lock()
        self._programs: dict[int, programs.Running] = {}
        self._taps: dict[int, tap.Tap] = {}
        self._guards = guards.Guards()
        self._faults: Any = None
        self._turns = run_files.Turns()
        self._numbers = iter(range(1, 1 << 30))
        descendants.become_subreaper()
        self._reader = reader.Reader()
        # A printed line gets the time at which its reader runs. So no other thread may hold it up.
        sys.setswitchinterval(0.00005)

    def serve(self) -> None:
        """Answer requests; one that may have to wait gets a thread of its own."""
        self._guards.clear()
        try:
            for number, verb, arguments in self._channel:
                handler: Callable[..., object] = getattr(self, f"do_{verb}")
                if verb.startswith("wait") or verb in ("stop", "write"):
                    asked = (number, handler, arguments)
                    threading.Thread(target=self._answer, args=asked, daemon=True).start()
                else:
                    self._answer(number, handler, arguments)
        finally:
            self._guards.clear()
            descendants.end_all(spare=set())
            for folder in self._turns.taken:
                with contextlib.suppress(OSError):
                    run_files.remove(Path(folder))

    def _answer(
        self, number: int, handler: Callable[..., object], arguments: dict[str, Any]
    ) -> None:
        try:
            value = handler(**arguments)
        except Exception as error:
            self._send("failed", number, type(error).__name__, str(error))
        else:
            self._send("answer", number, value)

    def _send(self, *message: object) -> None:
        with self._sending, contextlib.suppress(OSError, EOFError):
            self._channel.send(message)

    # What a host can be asked to do, a method a verb.

    do_card = staticmethod(tap.named)
    do_add = staticmethod(run_files.add)
    do_get = staticmethod(run_files.get)
    do_take = staticmethod(run_files.take)
    do_forget_paths = staticmethod(renew.forget_paths)
    do_renew = staticmethod(renew.all_for)
    do_guards = staticmethod(guards.in_force)
    do_wait_for_echo = staticmethod(echo.is_answered)
    do_sockets = staticmethod(sockets.everything)
    do_clear_guards = staticmethod(guards.clear_all)

    def do_put(self, folder: str, files: dict[str, bytes], user: str) -> None:
        """Make a run's folder, which is this agent's until it is cleared or the channel closes."""
        self._turns.take(folder)
        run_files.put(folder, files, user)

    def do_hello(self) -> int:
        """Return the time, in epoch ns; some want to know only whether there is an answer."""
        return time.time_ns()

    def do_start(self, **request: Any) -> tuple[int, int, str | None]:
        """Start a program; return its number, its start, and ``Running.untraced``."""
        running = programs.Running(next(self._numbers), request, self._send, self._reader)
        self._programs[running.number] = running
        return running.number, running.started_ns, running.untraced

    def do_wait_calls(self, program: int, deadline: float) -> tuple[bytes, int]:
        """Return a program's trace, and how many of its lines were counted only."""
        return self._programs[program].calls(deadline)

    def do_write(self, program: int, text: str, end: bool) -> int | None:
        """Type into a program, and with ``end`` close its input; return when it was typed."""
        return self._programs[program].write(text, end=end)

    def do_is_busy(self, program: int) -> bool:
        """Return whether a program, or what it started, runs or waits to run."""
        return descendants.are_busy(self._programs[program].process.pid)

    def do_wait_prompt(self, program: int, prompt: str, deadline: float) -> bool:
        """Wait until this is the last that a program has printed, on a line without an end."""
        return self._programs[program].wait_prompt(prompt, deadline)

    def do_unfinished(self, program: int) -> str:
        """Return what a program has printed without an end of line since it got input."""
        return self._programs[program].unfinished

    def do_stop(self, program: int, reason: str | None, grace: float) -> bool:
        """End a program, and say why; False where it had ended by itself."""
        return self._programs[program].stop(reason, grace)

    def do_wait_listening(
        self, services: list[tuple[str, int]], program: int | None, deadline: float
    ) -> str:
        """Wait until each (protocol, port) is listened on: ``"listening"``.

        Else ``"ended"`` where the program ended first, ``"deadline"`` where time did.
        """
        running = self._programs.get(program) if program is not None else None
        began = time.monotonic()
        give_up = began + deadline
        with contextlib.closing(sockets.Table()) as table:
            while True:
                over = running is not None and running.over.is_set()
                open_ports = {(entry.protocol, entry.local_port) for entry in table.listening()}
                if open_ports.issuperset((protocol, port) for protocol, port in services):
                    # The next program starts only now: the story must show them in this order.
                    for running_tap in list(self._taps.values()):
                        running_tap.look()
                    return "listening"
                if over:
                    return "ended"
                if (now := time.monotonic()) > give_up:
                    return "deadline"
                # Looking takes a fifth of a processor from a program that is slow to begin.
                time.sleep(min(max(0.0005, (now - began) / 100), 0.005))

    def do_tap(self, cards: list[str], **how: int) -> int:
        """Start a :class:`tap.Tap` on cards; return its number once it captures."""
        number = next(self._numbers)
        self._taps[number] = tap.Tap(cards, **how)
        return number

    def do_mark(self, tokens: dict[str, bytes], to: dict[str, list[str]] | None = None) -> None:
        """Send a marker frame out of each card, by its hardware address: to these, or to all."""
        for card, token in tokens.items():
            tap.send_marker(tap.named(card), token, (to or {}).get(card) or [EVERYBODY])

    def do_wait_settled(self, number: int, deadline: float) -> list[tuple[object, ...]]:
        """Wait until no watched socket owes or awaits a packet; return those that still do."""
        give_up = time.monotonic() + deadline
        while True:
            left = self._taps[number].unsettled()
            if not left or time.monotonic() > give_up:
                return left
            time.sleep(0.001)

    def do_wait_drained(self, number: int, tokens: list[bytes], deadline: float) -> Any:
        """Wait for the markers, then end the tap; return its capture and the markers missed."""
        running = self._taps.pop(number)
        missing = running.wait_for_markers(tokens, deadline)
        return {**running.stop(), "missing": missing}

    def do_clear(self, folder: str) -> int:
        """End every program and what they left running, remove their folder; return how many."""
        ended = descendants.end_all(spare={self._reader.pid})
        programs.forget(self._programs)
        run_files.remove(Path(folder))
        self._turns.give_back(folder)
        return ended

    def do_end_leftovers(self, user: str, folder: str) -> None:
        """End what earlier runs left going, on whatever session's behalf; raises OSError.

        An agent that was left alone may still start and end programs. So its ``folder`` is waited
        for first: what it leaves would otherwise reach a tap of this run.
        """
        self._turns.take(folder)
        descendants.end_all(spare={self._reader.pid})
        leftovers.end(pwd.getpwnam(user).pw_uid)

    def do_run(self, argv: list[str], deadline: float) -> tuple[int, str, str]:
        """Run one of the lab's own commands as root; return status, stdout and stderr."""
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=deadline, check=False, errors="replace"
        )
        return done.returncode, done.stdout, done.stderr

    def do_guard(self, kind: str, **options: Any) -> int:
        """Change this host until ``unguard`` is asked for or the channel closes."""
        return self._guards.set(kind, **options)

    def do_unguard(self, number: int) -> Any:
        """Undo what ``guard`` or ``fault`` did; return how many packets it met, where it counts."""
        return self._guards.undo(number)

    def do_learn(self, modules: list[tuple[str, str]]) -> None:
        """Load the modules for faults, once. Most runs need none."""
        if self._faults is None:
            self._load(modules)
            faults = sys.modules["lab.hosts.agent.faults.faults"]
            self._faults = faults.HostFaults(self._guards, {self._reader.pid})

    def do_learn_steps(self, modules: list[tuple[str, str]], **how: Any) -> None:
        """Load the modules for stepping; their verbs are the agent's from then on."""
        self._load(modules)
        sys.modules["lab.hosts.agent.stepping"].Stepping(self, **how)

    def do_fault(self, kind: str, **options: Any) -> tuple[int, str]:
        """Set a fault, as ``unguard`` undoes it; return its number, and what does it."""
        set_fault: Callable[..., int] = getattr(self._faults, kind)
        number = set_fault(**options)
        return number, self._faults.done_by(number)

    def do_met(self, number: int) -> int:
        """Return how many packets an impairment has met so far."""
        return int(self._faults.met(number))

    def do_mechanisms(self) -> dict[str, str]:
        """Try what impairs packets; return why each cannot be had here, empty where it can."""
        return dict(self._faults.mechanisms())
