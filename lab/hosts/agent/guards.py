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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

JOURNALS = Path("/run/socketlab/guards")
TOOLS = ("iptables", "ip6tables")

Command = list[str]
Change = tuple[list[Command], list[Command]]
"""The commands that change something of this host, and those that undo it."""


class Guard(NamedTuple):
    """What is done to this host, the commands that undo it, and what is called before them."""

    what: str
    undo: list[Command]
    end: Callable[[], object]


class Guards:
    """The guards that this agent has set on its host."""

    def __init__(self) -> None:
        self._set: dict[int, Guard] = {}
        self._numbers = iter(range(1, 1 << 30))
        self._journal = JOURNALS / _name(os.getpid())

    def clear(self) -> None:
        """Undo all guards, those that dead agents left as well; quick where there are none."""
        for number in reversed(list(self._set)):
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
        drop = [*matching(kind, options), "-j", "DROP"]
        hooks = [[tool, hook, *drop] for tool in TOOLS for hook in ("INPUT", "FORWARD")]
        return self.add(kind, rules("filter", hooks))

    def add(self, what: str, *changes: Change, end: Callable[[], object] = lambda: None) -> int:
        """Write down how to undo the changes of a guard, make them, and return its number.

        ``what`` says what it is, for who looks; ``end`` is called before it is undone. Raises
        OSError, with nothing left set, where a command fails.
        """
        number = next(self._numbers)
        undo = [command for _, undone in changes for command in undone]
        self._set[number] = Guard(what, undo, end)
        self._write()
        try:
            for do, _ in changes:
                for command in do:
                    run(command)
        except OSError:
            self._quietly_undo(number)
            raise
        return number

    def undo(self, number: int) -> Any:
        """Undo one guard; return what its ``end`` returned."""
        if number not in self._set:
            return None
        try:
            return self._set[number].end()
        finally:
            self._quietly_undo(number)

    def _quietly_undo(self, number: int) -> None:
        for command in self._set.pop(number).undo:
            quietly(command)
        self._write()

    def _write(self) -> None:
        if not self._set:
            self._journal.unlink(missing_ok=True)
            return
        # Nobody else sees in there: a hard link would get a journal into the folder of a run.
        JOURNALS.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = [{"what": guard.what, "undo": guard.undo} for guard in self._set.values()]
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


def rules(table: str, rules: list[Command]) -> Change:
    """Return what puts rules into a table of iptables(8): each is a tool, a chain and its words."""
    do, undo = (
        [[tool, "-w", "-t", table, verb, *words] for tool, *words in rules] for verb in ("-I", "-D")
    )
    return do, undo


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
