"""Files that are watched until somebody saves one, and what is new in the story after that."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Iterable
from pathlib import Path

LOOK = 0.3
"""Seconds between two looks at the files."""

SETTLES = 0.1
"""Seconds that changed files must stay as they are: an editor may be in the midst of one."""

MOST = 20
"""Lines of a difference that are shown."""

_TIME = re.compile(r"^ *-?\d+\.\d+ ")
_PASSING = re.compile(r":\d{4,5}\b|\d+\.\d+ m?s")

Stamps = dict[Path, tuple[int, int]]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Return when each file was changed last, and its size; of a folder all files below."""
    found: Stamps = {}
    for path in paths:
        for each in [path, *(path.rglob("*") if path.is_dir() else ())]:
            if each.is_file() and "__pycache__" not in each.parts:
                status = each.stat()
                found[each] = status.st_mtime_ns, status.st_size
    return found


def wait_for_change(paths: Iterable[Path], before: Stamps) -> list[str]:
    """Wait until a file is saved, new or gone; return the names of those."""
    watched = list(paths)
    never = threading.Event()
    seen: Stamps | None = None
    while True:
        try:
            now = stamps(watched)
        except FileNotFoundError:  # an editor saves by renaming
            now = before
        changed = [each for each in {**before, **now} if before.get(each) != now.get(each)]
        if changed and now == seen:
            return sorted(each.name for each in changed)
        seen = now
        never.wait(SETTLES if changed else LOOK)


def difference(before: str, after: str) -> list[str]:
    """Return the lines that a story has no more (``-``) and those that are new (``+``).

    Times and the clients' ports differ in each run, and say nothing.
    """
    old, new = (list(map(_lasting, text.splitlines())) for text in (before, after))
    found = [
        line for line in difflib.ndiff(old, new) if line[:2] in ("- ", "+ ") and line[2:].strip()
    ]
    more = [f"… and {len(found) - MOST} lines more"] if len(found) > MOST else []
    return found[:MOST] + more


def _lasting(line: str) -> str:
    return " ".join(_PASSING.sub("", _TIME.sub("", line)).split())
