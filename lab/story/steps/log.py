"""Steps as a log: whose line ran, what crossed the wire, what changed."""

from __future__ import annotations

from lab.observation.steps.walk import Step, Walk
from lab.story.steps.telling import happened, head
from lab.story.text import cut, wrap

WRAPPED = {"note", "lane", "socket", "printed"}
"""What is told to its end, in several lines; a packet or a value is cut."""


def log_step(walk: Walk, step: Step, width: int) -> str:
    """Return a step as lines of text, each with its end, in at most ``width`` cells."""
    before = walk.steps[step.number - 1] if step.number else None
    lines = [f"{step.number:>4}  {head(walk, step)}"]
    for kind, text in happened(walk, before, step):
        pieces = wrap(text, width - 8, 4) if kind in WRAPPED else [text]
        lines += (f"{' ' * (8 if number else 6)}{piece}" for number, piece in enumerate(pieces))
    return "".join(f"{cut(line, width)}\n" for line in lines)
