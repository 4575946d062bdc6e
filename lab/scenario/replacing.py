"""Names that programs have built in, and other ones instead of them in what hosts get."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

OWN_HOST = ("localhost", "127.0.0.1", "::1")
"""What a program calls its own host; one stands for all."""

_BUILT_IN = re.compile(
    rf"""["']({"|".join(map(re.escape, OWN_HOST))}|(?:\d+\.){{3}}\d+)["']"""
    r"|(socket\.gethostname\(\))"
)
_ANY = ("0.0.0.0", "255.255.255.255")  # noqa: S104 - looked for, not bound


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


def changed(content: bytes, replacements: Mapping[str, str]) -> bytes:
    """Return a text with each name replaced, wherever it stands as a whole word."""
    for old, new in replacements.items():
        content = new.encode().join(_pattern(old).split(content))
    return content


def stands(old: str, sources: Iterable[Mapping[str, bytes]]) -> bool:
    """Whether a name that may be replaced stands in one of these files."""
    return any(_pattern(old).search(text) for files in sources for text in files.values())


def _pattern(old: str) -> re.Pattern[bytes]:
    """Return what finds a name: as a whole word, and its own host by any of its names."""
    names = OWN_HOST if old in OWN_HOST else (old,)
    found = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?<![\w.:-])(?:{found})(?![\w:-]|\.\w)".encode())
