"""Text that somebody else wrote, made harmless for a terminal."""

from __future__ import annotations

import re

# A variation selector changes the width of the character before it, on some terminals only.
_SELECTORS = re.compile("[\ufe00-\ufe0f]")


def shown(text: str) -> str:
    r"""Return text with terminal control characters made visible, never obeyed.

    A terminal would clear its screen at ``\x1b[2J``; here it is shown as those characters.
    """
    return "".join(
        ch if ch.isprintable() or ch == "\t" else ch.encode("unicode_escape").decode()
        for ch in text
    ).replace("\t", "    ")


def harmless(text: str) -> str:
    """Return text as :func:`shown` does, and with the characters escaped that change widths."""
    if text.isascii() and text.isprintable():
        return text
    return _SELECTORS.sub(lambda match: f"\\u{ord(match[0]):04x}", shown(text))
