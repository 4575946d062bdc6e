"""Guards: temporary changes of this host, always undone: on request, or when the agent ends.

An agent writes down how to undo a guard before it sets the guard. So the next agent can undo what a
killed agent left behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

JOURNALS = Path("/run/socketlab/guards")
TOOLS = ("iptables", "ip6tables")

Command = list[str]


class Guards:
    """The guards that this agent has set on its host."""

    def __init__(self) -> None:
        self._undo: dict[int, list[Command]] = {}
        self._end: dict[int, Callable[[], object]] = {}
        self._what: dict[int, str] = {}
        self._numbers = iter(range(1, 1 << 30))
        self._journal = JOURNALS / _name(os.getpid())

    def clear(self) -> None:
        """Undo all guards, those that dead agents left as well; quick where there are none."""
        for number in reversed(list(self._undo)):
            with contextlib.suppress(OSError):
                self.undo(number)
        for path in _journals():
            if not _lives(path.name):
                _clear(path)

    def set(self, kind: str, **options: object) -> int:
        """Set a guard, and return the number by which it is undone.

        ``cut_off`` drops everything that arrives from the network; ``drop`` only what arrives for
        one ``port`` by one ``protocol``, ``tcp`` or ``udp``.
        """
        match = matching(kind, options)
        rules = [[tool, hook, *match] for tool in TOOLS for hook in ("INPUT", "FORWARD")]
        return self.add(
            kind,
            do=[[tool, "-w", "-I", hook, *words, "-j", "DROP"] for tool, hook, *words in rules],
            undo=[[tool, "-w", "-D", hook, *words, "-j", "DROP"] for tool, hook, *words in rules],
        )

    def add(
        self,
        what: str,
        *,
        do: Sequence[Command],
        undo: Sequence[Command],
        end: Callable[[], object] = lambda: None,
    ) -> int:
        """Write down the commands that undo a guard, run those that set it, and return its number.

        ``what`` says what it is, for who looks; ``end`` is called before it is undone. Raises
        OSError, with nothing left set, where a command fails.
        """
        number = next(self._numbers)
        self._undo[number], self._end[number], self._what[number] = list(undo), end, what
        self._write()
        try:
            for command in do:
                run(command)
        except OSError:
            self._quietly_undo(number)
            raise
        return number

    def undo(self, number: int) -> Any:
        """Undo one guard; return what its ``end`` returned."""
        if number not in self._undo:
            return None
        try:
            return self._end[number]()
        finally:
            self._quietly_undo(number)

    def _quietly_undo(self, number: int) -> None:
        for command in self._undo.pop(number):
            quietly(command)
        del self._end[number], self._what[number]
        self._write()

    def _write(self) -> None:
        if not self._undo:
            self._journal.unlink(missing_ok=True)
            return
        JOURNALS.mkdir(parents=True, exist_ok=True)
        entries = [
            {"what": self._what[number], "undo": self._undo[number]} for number in self._undo
        ]
        new = self._journal.with_suffix(".new")
        new.write_text(json.dumps(entries))
        new.rename(self._journal)


def in_force(own: bool = True) -> list[str]:
    """Say what is done to this host now, by any agent; without ``own`` by others than this one."""
    mine = _name(os.getpid())
    return [
        entry["what"] for path in _journals() if own or path.name != mine for entry in _read(path)
    ]


def clear_all() -> list[str]:
    """End every other agent that has set a guard, undo all of them, and return what they were."""
    mine = _name(os.getpid())
    cleared = in_force()
    for path in _journals():
        if path.name != mine:
            if _lives(path.name):
                os.kill(int(path.name.partition("-")[0]), signal.SIGKILL)
            _clear(path)
    return cleared


def matching(kind: str, options: dict[str, object]) -> list[str]:
    """Return the words of iptables(8) that say which packets a guard is about."""
    from_network = ["!", "-i", "lo"]
    if kind == "cut_off" and not options:
        return from_network
    protocol, port = options.get("protocol"), options.get("port")
    if (
        kind == "drop"
        and protocol in ("tcp", "udp")
        and isinstance(port, int)
        and len(options) == 2
    ):
        return [*from_network, "-p", str(protocol), "--dport", str(port)]
    raise ValueError(f"no guard {kind!r} with {options}")


def quietly(command: Command) -> int:
    """Run a command and return its exit status."""
    return subprocess.run(command, capture_output=True, check=False).returncode


def run(command: Command) -> str:
    """Run a command and return what it printed; raises OSError where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def _journals() -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from sorted(path for path in JOURNALS.iterdir() if path.suffix != ".new")


def _read(path: Path) -> list[dict[str, Any]]:
    with contextlib.suppress(OSError, ValueError):
        entries: list[dict[str, Any]] = json.loads(path.read_text())
        return entries
    return []


def _clear(path: Path) -> None:
    for entry in reversed(_read(path)):
        for command in entry["undo"]:
            quietly(command)
    path.unlink(missing_ok=True)


def _name(pid: int) -> str:
    """Name a process by number and start time, as numbers are used again (proc(5))."""
    with contextlib.suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # A process that has ended stays in the table until its parent waits for it.
        if after_name[0] != "Z":
            return f"{pid}-{after_name[19]}"
    return f"{pid}-gone"


def _lives(name: str) -> bool:
    return _name(int(name.partition("-")[0])) == name
