"""Files that programs left, on the page: a picture is shown, any other only named."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from lab.observation import png
from lab.observation.artifacts import name_of
from lab.observation.transcript import Transcript
from lab.story.text import cut, harmless

FOLDER = "files"
"""Where they lie, seen from the page."""

MOST_SHOWN = 400_000
"""Bytes of a picture that becomes a part of the page; a larger one lies beside it only."""

MOST_SIDE = 20_000
"""Pixels of the width or height that a picture says it has: the page gives it that room."""

MOST_ALT = 300


def left(host: str, number: int, transcript: Transcript) -> list[dict[str, Any]]:
    """Return what the page shows of the files that the host's program of this number left.

    The text that stands for a picture is what its program printed.
    """
    printed = harmless(" ".join(transcript.stdout))
    shown = []
    for name, content in transcript.files.items():
        about: dict[str, Any] = {
            "name": harmless(name),
            "where": f"{FOLDER}/{name_of(host, number, name)}",
            "size": f"{len(content):,} B",
        }
        size = png.size(content) if len(content) <= MOST_SHOWN else None
        if size is not None and max(size) <= MOST_SIDE:
            about["shown"] = f"data:image/png;base64,{b64encode(content).decode('ascii')}"
            about["width"], about["height"] = size
            about["alt"] = cut(f"{name}: {printed}" if printed else name, MOST_ALT)
        shown.append(about)
    return shown
