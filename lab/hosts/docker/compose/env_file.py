"""The settings of a lab in a ``.env``, as compose reads it: ours beside the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lab.clone import text_of


class EnvFile:
    """A file of settings, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def settings(self) -> dict[str, str]:
        """What it sets, now."""
        return read_settings(self._text)

    def put(self, settings: Mapping[str, str]) -> None:
        """Have it set these, and leave the other lines as they are."""
        before = self._text
        after = with_settings(before, settings)
        if after != before:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(after, encoding="utf-8")

    @property
    def _text(self) -> str:
        try:
            return text_of(self._path)
        except FileNotFoundError:
            return ""


def read_settings(text: str) -> dict[str, str]:
    """Return the settings of a ``.env``; quotes around a value go, other lines are passed over."""
    settings: dict[str, str] = {}
    for line in text.splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            settings[name.strip()] = value.strip().strip("\"'")
    return settings


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """Return the text of a ``.env`` with these settings in it; the user's own lines stay."""
    kept = [
        line for line in text.splitlines() if line.strip().partition("=")[0].strip() not in settings
    ]
    ours = [f"{name}={value}" for name, value in settings.items()]
    return "\n".join([*kept, *ours]) + "\n"
