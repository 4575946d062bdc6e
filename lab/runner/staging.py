"""How a run differs from the plain one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.runner.taps import Limits
from lab.scenario.breaks import ReplaceWords


@dataclass(frozen=True)
class Staging:
    """A run with a difference: other files, hosts cut off, shorter deadlines.

    ``files`` replaces files of the scenario's folder by name. ``cut_off`` names hosts to which
    nothing gets through. ``deadline_scale`` scales every deadline of the programs.
    ``replaced_words`` says what is typed instead of words of their commands. With
    ``without_faults`` none of the steps' faults happens. ``untraced`` is why no program's calls are
    traced, where that is so. ``limits`` bounds the captures. Without ``words`` they are drawn.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    cut_off: tuple[str, ...] = ()
    deadline_scale: float = 1.0
    replaced_words: tuple[ReplaceWords, ...] = ()
    without_faults: bool = False
    untraced: str = ""
    limits: Limits = field(default_factory=Limits)
    words: Mapping[str, str] | None = None
