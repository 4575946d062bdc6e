"""One need of the lab, checked: what was seen, and what to do where it is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
