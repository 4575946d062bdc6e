"""A program as the steps of a scenario see it: waited for, typed into, stopped."""

from __future__ import annotations

from dataclasses import replace

from lab.hosts.process import RunningProgram
from lab.observation.transcript import Transcript
from lab.runner.pace import WITHIN, Pace
from lab.scenario.program import Program


class StageProgram:
    """A program that a step has started; each ``within`` is in seconds, at the run's pace."""

    def __init__(self, running: RunningProgram, program: Program, pace: Pace) -> None:
        self.running = running
        self.program = program
        self._scaled = pace.scaled

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.running.has_ended

    @property
    def stopped_for(self) -> str | None:
        """Why the lab ended it, where it did."""
        return self.running.stopped_for

    @property
    def served(self) -> bool:
        """Whether being stopped by the lab is what should happen to it."""
        return self.running.served

    @served.setter
    def served(self, value: bool) -> None:
        self.running.served = value

    def wait(self, within: float = WITHIN) -> bool:
        """Wait for its end; False if it still runs after ``within`` seconds."""
        return self.running.wait(self._scaled(within))

    def wait_for_line(self, text: str, within: float = WITHIN) -> bool:
        """Wait until it has printed a line that holds ``text``; False if it does not in time."""
        return self.running.wait_for_line(text, self._scaled(within))

    def wait_for_prompt(self, text: str, within: float = WITHIN) -> bool:
        """Wait until ``text`` is the last that it has printed, on a line without an end.

        So does a program that waits for an answer. False if it does not in time, or has ended.
        """
        return self.running.wait_for_prompt(text, self._scaled(within))

    def write(self, text: str, *, end: bool = False) -> None:
        """Type ``text`` into it, and close its input where ``end`` says so."""
        self.running.write(text, end=end)

    def answer(self, prompt: str, words: str, *, within: float = WITHIN) -> None:
        """Wait for a prompt, and type these words and a line end."""
        self.wait_for_prompt(prompt, within)
        self.write(f"{words}\n")

    def stop(self, reason: str | None = None) -> None:
        """End it; ``reason`` is kept as what it was stopped for."""
        self.running.stop(reason)

    def transcript(self) -> Transcript:
        """Return what it has done so far."""
        program = self.program
        done = self.running.transcript()
        return replace(done, name=program.called, listens_on=program.listens_on)
