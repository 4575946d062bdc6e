"""The settings in ``.env``, which both generations of compose read: ours beside the user's own."""

from __future__ import annotations

from collections.abc import Mapping


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
