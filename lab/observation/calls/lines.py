"""Lines of strace(1)'s output: each call whole, though another thread's stood in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_LINE = re.compile(r"(\d+) +(\d+)\.(\d{9}) (.*)")
_BEGUN = re.compile(r"(\w+)\((.*?)\s*<unfinished \.\.\.>(?:\) = \?)?", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_RETURNED = r"(?: (E[A-Z0-9]+))?(?: \((.*)\))?(?: <(\d+)\.(\d{9})>)?"
_WHOLE = re.compile(rf"(\w+)\((.*)\)\s+= (-?\d+|\?|0x[0-9a-f]+){_RETURNED}", re.DOTALL)
_USUAL = re.compile(
    rf"(\d+) +(\d+)\.(\d{{9}}) (\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+){_RETURNED}", re.DOTALL
)
"""A line that begins with a call and has its end: nearly all are such."""

_Begun = tuple[int, str, str]
"""A call that has not returned: when it began, its name and its arguments so far."""


class Entry(NamedTuple):
    """One call as strace(1) tells it, ``ended_ns`` and ``result`` None where it did not return.

    The end of a thread is an entry, too: named ``+++``, with what strace says of it.
    """

    thread: int
    began_ns: int
    ended_ns: int | None
    name: str
    text: str
    result: int | None
    error: str | None


def entries(text: str) -> Iterator[Entry]:
    """Yield what a trace tells, in the order in which the calls ended or were last heard of."""
    begun: dict[int, _Begun] = {}
    for line in text.splitlines():
        usual = _USUAL.fullmatch(line)
        if usual is not None and (thread := int(usual[1])) not in begun:
            stamp = int(usual[2]) * 1_000_000_000 + int(usual[3])
            yield _whole(thread, stamp, stamp, usual.groups()[3:])
            continue
        found = _LINE.fullmatch(line)
        if found is not None:
            stamp = int(found[2]) * 1_000_000_000 + int(found[3])
            yield from _told(int(found[1]), stamp, found[4], begun)
    for thread, call in begun.items():
        yield _unfinished(thread, call)


def _told(thread: int, stamp: int, said: str, begun: dict[int, _Begun]) -> Iterator[Entry]:
    """Yield what one line ends; calls that go on are in ``begun``, by their threads."""
    told_ns, known = stamp, begun.get(thread)
    if resumed := _RESUMED.fullmatch(said):
        if known is None or "<unfinished" in resumed[2]:
            return
        said = f"{known[1]}({known[2]}{resumed[2]}"
    unfinished, whole = _BEGUN.fullmatch(said), _WHOLE.fullmatch(said)
    name = "+++" if said.startswith("+++") else (unfinished or whole or [said, ""])[1]
    if known is not None and name == known[1]:
        # It goes on, or the kernel makes it once more after a signal (signal(7)).
        stamp = known[0]
    elif known is not None and name:
        yield _unfinished(thread, begun.pop(thread))
    if name == "+++":
        yield Entry(thread, stamp, None, name, said.strip("+ "), None, None)
    elif unfinished is not None:
        begun[thread] = stamp, name, unfinished[2]
    elif whole is not None and whole[3] == "?":
        begun[thread] = stamp, name, whole[2]
    elif whole is not None:
        begun.pop(thread, None)
        yield _whole(thread, stamp, told_ns, whole.groups())


def _unfinished(thread: int, call: _Begun) -> Entry:
    stamp, name, text = call
    return Entry(thread, stamp, None, name, text, None, None)


def _whole(thread: int, began_ns: int, told_ns: int, found: Sequence[Any]) -> Entry:
    """Return a call that returned; ``told_ns`` is when strace(1) told of its last part."""
    name, text, result, error, more, seconds, nanoseconds = found
    ended = told_ns
    if seconds is not None:
        ended = max(told_ns, began_ns + int(seconds) * 1_000_000_000 + int(nanoseconds))
    if error is None and more and name in ("poll", "ppoll", "select", "pselect6"):
        text = f"{text}, ={more}"
    return Entry(thread, began_ns, ended, name, text, int(result, 0), error)
