"""Steps as a log: whose line ran, what crossed the wire, what changed."""

from __future__ import annotations

from lab.observation.steps.walk import Step, Walk
from lab.story.steps.telling import happened, head
from lab.story.text import cut


def log_step(walk: Walk, step: Step, width: int) -> str:
    """Return a step as lines of text, each with its end, in at most ``width`` cells."""
    before = walk.steps[step.number - 1] if step.number else None
    lines = [f"{step.number:>4}  {head(walk, step)}"]
    lines += (f"      {text}" for _, text in happened(walk, before, step))
    return "".join(f"{cut(line, width)}\n" for line in lines)
