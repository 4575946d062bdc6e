"""A run that shows itself: as a line in a shell, as its page in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lab.api.frame import frame
from lab.api.packets import Packets
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.story.headline import headline
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline

WIDTH = 80
"""Cells that a story takes, as in ``story.txt``."""

LINE = 200


@dataclass(frozen=True, eq=False)
class ShownRun:
    """One run, which has an observation, and what is needed to show it.

    ``page`` is the file of its page, None where none is kept. ``advice`` says what to try next
    where two programs could not meet.
    """

    run: Run
    page: Path | None = None
    lesson: Lesson = field(default_factory=Lesson)
    advice: tuple[str, ...] = ()

    @property
    def observed(self) -> Observation:
        """All that the run showed: what the expectations of a scenario ask."""
        if self.run.observation is None:
            raise ValueError(f"{self.run.name} has no observation")
        return self.run.observation

    @property
    def outcome(self) -> Outcome:
        """What became of the run; one without expectations could not be judged."""
        return self.run.outcome

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """What became of each expectation."""
        return self.run.verdicts

    @property
    def failures(self) -> list[str]:
        """What programs did that they should not, one sentence each."""
        return self.observed.failures

    @property
    def inconclusive(self) -> Sequence[str]:
        """Why nothing can be said about the programs; empty where something can."""
        return self.observed.inconclusive

    @cached_property
    def story(self) -> str:
        """The run as a story, 80 cells wide."""
        told = render_text(self._timeline, width=WIDTH, color=False)
        return told + "".join(f"Try: {line}\n" for line in self.advice)

    def packets(self, at: str, on: str | None = None) -> Packets:
        """Return the packets that crossed a host's network card, in order.

        Where a host is on several networks, ``on`` names one; without it, it is the first. Raises
        AttributeError for a host that took no part, NotObserved for a network that was not tapped.
        """
        return Packets(self.observed.packets(at, on), self._timeline)

    def __repr__(self) -> str:
        return " · ".join(self._told())

    def _repr_html_(self) -> str:
        """Return what a notebook shows (IPython asks for this): the line, and the page below it."""
        html = render_page(self._timeline, Lesson(programs=self.lesson.programs))
        return frame(repr(self), html, self.page)

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline.of(self.run)

    def _told(self) -> Iterator[str]:
        line = "".join(span.text for span in headline(self.run, LINE))
        yield f"{self.outcome.mark} {line}" if self.verdicts or self.inconclusive else line
        yield from self.inconclusive or self.failures[:1]
