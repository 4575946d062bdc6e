"""A story's first line, in the terminal and on the page."""

from __future__ import annotations

from lab.observation.foreign import is_foreign
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.story.text import Span, harmless, wrap

STYLES = {Outcome.HOLDS: "green", Outcome.FAILS: "bold red", Outcome.INCONCLUSIVE: "bold yellow"}


def headline(run: Run, width: int) -> list[Span]:
    """Return the story's first line: the scenario, the IP version, how many expectations hold."""
    title = f"{harmless(run.scenario)} · {run.family.label}"
    outcome, number = run.outcome, len(run.verdicts)
    inconclusive = run.observation is None or bool(run.observation.inconclusive)
    if inconclusive or (number and outcome is Outcome.INCONCLUSIVE):
        said = outcome.value
    elif number:
        noun = "expectation" if number == 1 else "expectations"
        said = f"{run.holds} of {number} {noun} hold{'s' * (number == 1)}"
    else:
        is_read = run.observation is not None and is_foreign(run.observation)
        said = "captured elsewhere" if is_read else "no expectations"
    room = max(width - len(said) - 3, 1)
    return [
        Span(wrap(title, room, 1)[0], "bold"),
        Span(" · "),
        Span(said, STYLES[outcome] if number or inconclusive else ""),
    ]
