"""What a ladder and the pieces of its folds share while they are placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.observation.talk import Talk
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.drawing import FoldShape
from lab.story.page.ladder.frame import Frame
from lab.story.page.ladder.meeting import Met
from lab.story.page.ladder.phases import Phase
from lab.story.page.ladder.waits import Wait
from lab.story.timeline.fold import Fold
from lab.story.timeline.timeline import Timeline


@dataclass(frozen=True)
class Scene:
    """What a ladder and the pieces of its folds share.

    ``columns`` are the numbers of the hosts' life lines, from the left. ``met`` are the arrows that
    each arrow meets, ``anchors`` the names of printed lines and programs' ends in the page, both by
    ``id``. ``waits`` are those of all programs, the longest first, ``phases`` those of
    arrows by ``id``, ``rows`` the numbers of the conversations.
    """

    timeline: Timeline
    frame: Frame
    columns: Mapping[str, int]
    met: Met
    anchors: Mapping[int, str]
    waits: Sequence[Wait]
    phases: Mapping[int, Phase]
    rows: Mapping[Talk, int]


@dataclass(frozen=True)
class Shut:
    """A fold as it was placed: its sentence, and the sockets' states when it begins."""

    fold: Fold
    shape: FoldShape
    lanes: Lanes
