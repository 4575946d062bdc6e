"""Finds Wireshark on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from lab.cli.output import has_screen
from lab.errors import UsageError

_OF_MACOS = Path("/Applications/Wireshark.app/Contents/MacOS/Wireshark")


def program(instead: str) -> list[str]:
    """Return the words that start Wireshark, with the lab's names for addresses.

    Raises UsageError where it is not installed or has no screen, with what to do ``instead``.
    """
    found = shutil.which("wireshark") or (str(_OF_MACOS) if _OF_MACOS.exists() else None)
    if found is None:
        how = (
            "brew install --cask wireshark" if sys.platform == "darwin" else "apt install wireshark"
        )
        raise UsageError("starting Wireshark", "it is not installed here", f"{how}, or: {instead}")
    if not has_screen():
        seen = "there is no screen (DISPLAY and WAYLAND_DISPLAY are not set)"
        raise UsageError("starting Wireshark", seen, f"on a machine with one, or: {instead}")
    # Names from the file and of cards, and no look-up in the DNS of this machine.
    return [found, "-N", "mn"]
