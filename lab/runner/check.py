"""One need of the lab, checked: what was seen, and what to do where it is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ORDER = (
    *("engine", "docker command", "compose", "architecture", "disk", "base image", "IPv6"),
    *("bridges", "capture", "faults", "closed hosts", "limits", "machine", "addresses"),
    "other labs",
)
"""The names of the checks, in the order in which they are told."""


class State(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARN = "warn"  # the lab works, but not in all it can do, or only after a step of its own
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One need of the lab: what was seen, and what to do where it is not as it should be."""

    name: str
    state: State
    seen: str
    advice: str = ""
