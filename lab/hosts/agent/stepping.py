"""Stepped programs of this host: start them with their pipes, look at them, give them tokens.

A stepped program is an ordinary one whose first words are the stepper's. The stepper's source is
in the kernel's memory only, and no other program of the host gets it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pwd
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.hosts.agent import sockets

MOST_LANES = 16
"""Threads of a program that are followed."""

MOST_NEWS = 4000
"""What a program may tell between two looks; one that tells more is told of as it stands."""

_BOOT = """
import sys, types
for name, source in {modules!r}:
    module = types.ModuleType(name)
    module.__dict__["__path__"] = []
    sys.modules[name] = module
    exec(compile(source, name.replace(".", "/") + ".py", "exec"), module.__dict__)
sys.modules["lab.hosts.agent.stepper.stepper"].main()
"""


class Stepped:
    """One stepped program: what it told last of each of its lanes, and the pipes to these."""

    def __init__(self, events: int, tokens: list[int]) -> None:
        self._tokens = [io.FileIO(token, "w") for token in tokens]
        self._lock = threading.Lock()
        self._lanes: dict[int, dict[str, Any]] = {}
        self._news: list[dict[str, Any]] = []
        self._told = 0
        self._starting: set[int] = set()
        threading.Thread(target=self._listen, args=(events,), daemon=True).start()

    def _listen(self, events: int) -> None:
        with os.fdopen(events, "rb") as lines:
            for line in lines:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    self._take({**json.loads(line), "time_ns": time.time_ns()})
        with self._lock:
            self._told += 1
            self._starting.clear()
            for lane in self._lanes.values():
                lane["is"] = "ended"

    def _take(self, said: dict[str, Any]) -> None:
        with self._lock:
            self._told += 1
            if said["is"] == "starts":
                self._starting.add(int(said["new"]))
            elif said["is"] == "cannot start":
                self._starting.discard(int(said["new"]))
            elif said["is"] not in ("prints", "raises", "calls", "returns"):
                known = self._lanes.get(said["lane"], {})
                self._lanes[int(said["lane"])] = {"tid": known.get("tid"), **said}
                self._starting.discard(int(said["lane"]))
            if len(self._news) < MOST_NEWS:
                self._news.append(said)

    def go(self, lane: int, token: bytes) -> None:
        """Give a lane a token; from now on it runs, whatever it has told so far."""
        with self._lock:
            self._told += 1
            self._lanes[lane] = {"is": "runs", "lane": lane, "tid": self._lanes[lane]["tid"]}
        self._tokens[lane].write(token)

    def look(self, pid: int) -> dict[str, Any]:
        """Return the lanes, how much was told so far, and the news since the last look.

        And whether a thread runs that is no lane: one that is about to become one, perhaps. It may
        sleep as well until then, while another has Python's lock.
        """
        with self._lock:
            lanes = [dict(lane) for _, lane in sorted(self._lanes.items())]
            news, self._news = self._news, []
            told, starting = self._told, bool(self._starting)
        for lane in lanes:
            if lane["is"] in ("runs", "waits"):
                lane["asleep"], lane["switches"] = _sleep(pid, lane["tid"])
        followed = {str(lane["tid"]) for lane in lanes}
        others_run = starting or _others(pid, followed)
        return {"lanes": lanes, "told": told, "news": news, "others_run": others_run}


def _sleep(pid: int, tid: int | None) -> tuple[bool, str]:
    """Return whether a thread sleeps, and how often it has given up the processor so far."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{tid}/status").read_text(errors="replace")
        about = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        return about["State"][:1] == "S", about.get("voluntary_ctxt_switches", "")
    return False, ""


def _others(pid: int, followed: set[str]) -> bool:
    """Return whether a thread of a process runs, or waits for its turn to, but for these."""
    with contextlib.suppress(OSError):
        for tid in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - looked at often
            if tid not in followed:
                with contextlib.suppress(OSError):
                    text = Path(f"/proc/{pid}/task/{tid}/stat").read_text(errors="replace")
                    if text.rpartition(")")[2][:2] == " R":
                        return True
    return False


class Stepping:
    """The stepped programs of one agent, and its verbs for them."""

    def __init__(self, agent: Any, inside: list[tuple[str, str]], user: str) -> None:
        """``inside`` are the modules that a stepped program begins with."""
        self._agent = agent
        self._stepped: dict[int, Stepped] = {}
        self._cut: dict[tuple[int, str], int] = {}
        self._uid = pwd.getpwnam(user).pw_uid
        self._source = _BOOT.format(modules=inside).encode()
        self._table = sockets.Table()
        verbs: list[Callable[..., object]] = [self.step_start, self.step_go, self.step_look]
        for verb in (*verbs, self.wait_cut):
            setattr(agent, f"do_{verb.__name__}", verb)

    def step_start(self, **request: Any) -> tuple[int, int, str | None]:
        """Start ``python3 -u FILE …`` under the stepper, as the verb ``start`` does otherwise."""
        events, its_events = os.pipe()
        pipes = [os.pipe() for _ in range(MOST_LANES)]
        source = os.memfd_create("stepper", os.MFD_ALLOW_SEALING)
        os.write(source, self._source)
        fcntl.fcntl(source, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL)
        its = [its_events, *(reading for reading, _ in pipes)]
        python, unbuffered, *words = request["argv"]
        words = [f"/proc/self/fd/{source}", ",".join(map(str, its)), *words]
        # The order of a set of texts must be the same where the same steps are taken again.
        env = {**request["env"], "PYTHONHASHSEED": "0"}
        request |= {"argv": [python, unbuffered, *words], "inherits": (*its, source), "env": env}
        try:
            started: tuple[int, int, str | None] = self._agent.do_start(**request)
        finally:
            for descriptor in (*its, source):
                os.close(descriptor)
        self._stepped[started[0]] = Stepped(events, [writing for _, writing in pipes])
        return started

    def step_go(self, program: int, lane: int, token: bytes) -> None:
        """Give a lane of a program a token."""
        self._stepped[program].go(lane, token)

    def step_look(self, taps: list[int]) -> dict[str, Any]:
        """Return the programs' lanes, the sockets of the user's, and how many frames passed."""
        programs = {}
        for number, stepped in self._stepped.items():
            running = self._agent._programs.get(number)
            if running is not None:
                look = stepped.look(running.process.pid)
                programs[number] = {**look, "ended": running.over.is_set()}
        rows = [*self._table.dump("tcp"), *self._table.dump("udp")]
        mine = [tuple(row) for row in rows if row.uid == self._uid or row.remote_port]
        frames = sum(len(chunks) for tap in taps for chunks in self._chunks(tap).values())
        return {"programs": programs, "sockets": sorted(mine), "frames": frames}

    def wait_cut(self, tap: int, tokens: list[bytes], deadline: float) -> dict[str, bytes]:
        """Wait for markers, and return what each card captured since the last cut, as pcap.

        Raises TimeoutError where a marker does not come.
        """
        if self._agent._taps[tap].wait_for_markers(tokens, deadline):
            raise TimeoutError(f"a marker frame did not arrive within {deadline:g} s")
        found = {}
        for card, chunks in self._chunks(tap).items():
            start, stop = self._cut.get((tap, card), 0), len(chunks)
            self._cut[tap, card] = stop
            found[card] = b"".join(chunks[start:stop])
        return found

    def _chunks(self, tap: int) -> dict[str, list[bytes]]:
        chunks: dict[str, list[bytes]] = self._agent._taps[tap].chunks
        return chunks
