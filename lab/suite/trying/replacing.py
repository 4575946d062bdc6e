"""Names that a program has built in, and other ones instead of them, in a copy of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lab.errors import UsageError
from lab.suite.trying.side import Side

OWN_HOST = ("localhost", "127.0.0.1", "::1")
"""What a program calls its own host; one stands for all."""

_BUILT_IN = re.compile(
    rf"""["']({"|".join(map(re.escape, OWN_HOST))}|(?:\d+\.){{3}}\d+)["']"""
    r"|(socket\.gethostname\(\))"
)
_ANY = ("0.0.0.0", "255.255.255.255")  # noqa: S104 - looked for, not bound


def pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return ``OLD=NEW`` as pairs; raises UsageError for anything else."""
    found = []
    for word in words:
        old, equals, new = word.partition("=")
        if not (old and equals):
            raise UsageError(
                f"reading --replace {word}", "it is not OLD=NEW", "--replace localhost=server"
            )
        found.append((old, new))
    return found


def replaced(sides: Sequence[Side], wanted: Sequence[tuple[str, str]], folder: Path) -> list[Side]:
    """Return the same sides, with other names in copies of their files below ``folder``.

    Raises UsageError where something that is to be replaced stands nowhere.
    """
    if not wanted:
        return list(sides)
    sources = [side.sources for side in sides]
    for old, _ in wanted:
        if not any(_pattern(old).search(text) for files in sources for text in files.values()):
            raise UsageError(
                f"replacing {old}",
                "it stands in no file of the programs",
                f"one of {', '.join(built_in(sources)) or 'the names that stand there'}",
            )
    copies = []
    for number, (side, files) in enumerate(zip(sides, sources, strict=True)):
        home = folder / f"replaced-{number}"
        for name, content in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_changed(content, wanted))
        copies.append(replace(side, home=home))
    return copies


def built_in(sources: Iterable[Mapping[str, bytes]]) -> list[str]:
    """Return the addresses and names of the own host that stand as texts in sources."""
    found = (
        name
        for files in sources
        for content in files.values()
        for match in _BUILT_IN.finditer(content.decode("utf-8", "replace"))
        for name in filter(None, match.groups())
    )
    return [name for name in dict.fromkeys(found) if name not in _ANY]


def _changed(content: bytes, wanted: Iterable[tuple[str, str]]) -> bytes:
    for old, new in wanted:
        content = new.encode().join(_pattern(old).split(content))
    return content


def _pattern(old: str) -> re.Pattern[bytes]:
    """Return what finds a name: as a whole word, and its own host by any of its names."""
    names = OWN_HOST if old in OWN_HOST else (old,)
    found = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?<![\w.:-])(?:{found})(?![\w:-]|\.\w)".encode())
