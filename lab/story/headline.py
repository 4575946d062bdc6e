"""A story's first line, in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Sequence

from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict, overall
from lab.story.text import Span, harmless, wrap

STYLES = {Outcome.HOLDS: "green", Outcome.FAILS: "bold red", Outcome.INCONCLUSIVE: "bold yellow"}


def headline(observation: Observation, verdicts: Sequence[Verdict], width: int) -> list[Span]:
    """Return the story's first line: the scenario, the IP version, how many expectations hold."""
    outcome = overall(verdicts, observation)
    title = f"{harmless(observation.scenario)} · {observation.family.label}"
    if verdicts:
        holds = sum(verdict.outcome is Outcome.HOLDS for verdict in verdicts)
        noun = "expectation" if len(verdicts) == 1 else "expectations"
        said = f"{holds} of {len(verdicts)} {noun} hold{'s' * (len(verdicts) == 1)}"
        if outcome is Outcome.INCONCLUSIVE:
            said = f"{outcome.value}"
    elif observation.inconclusive:
        said = outcome.value
    else:
        said = "no expectations"
    room = max(width - len(said) - 3, 1)
    return [
        Span(wrap(title, room, 1)[0], "bold"),
        Span(" · "),
        Span(said, STYLES[outcome] if verdicts or observation.inconclusive else ""),
    ]
