"""A program as the steps of a scenario see it: waited for, typed into, stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from lab.errors import WaitedInVain
from lab.hosts.process import RunningProgram
from lab.observation.transcript import Transcript
from lab.observation.unkept import clause, listened
from lab.runner.pace import AT_WORK, SLICE, WITHIN, Pace
from lab.runner.screen import PICTURE, WINDOW_WITHIN, Screen
from lab.runner.traced import joined, with_lines_of_source
from lab.runner.typist import Typist
from lab.scenario.program import Program

LOOKS, LOOKS_APART = 4, 0.02
"""Looks at whether a program is at work, and the seconds between two of them."""


class StageProgram:
    """A program that a step has started; each ``within`` is in seconds, at the run's pace.

    What waits in vain raises WaitedInVain, or returns False where it is not ``required``.
    """

    def __init__(
        self,
        running: RunningProgram,
        program: Program,
        pace: Pace,
        typed: Sequence[str] = (),
        is_stepped: bool = False,
        screen: Screen | None = None,
    ) -> None:
        self.running = running
        self.screen = screen
        self.typist = Typist(running, typed, self if screen else None)
        self.program = program
        self.unkept: str | None = None
        self._pace = pace
        self.is_stepped = is_stepped
        """Whether it moves by tokens only (runner/step)."""
        self._joined: Transcript | None = None
        self._has_sources = False

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.running.has_ended

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is waited for: it is over, or goes on serving."""
        return bool(self.program.serves) or self.has_ended

    @property
    def is_left_to(self) -> bool:
        """Whether it has ended, or waits for more than is typed."""
        return self.has_ended or self.typist.is_idle

    @property
    def stopped_for(self) -> str | None:
        """Why the lab ended it, where it did."""
        return self.running.stopped_for

    def is_at_work(self) -> bool:
        """Look whether it runs, or waits for its turn to; not all that it does is seen in one look.

        A program that waits is seen to do so after some hundredths of a second.
        """
        for _ in range(LOOKS):
            if self.has_ended or self.running.is_busy():
                return not self.has_ended
            time.sleep(LOOKS_APART)
        return False

    def may_go_on(self, began: float, seconds: float) -> bool:
        """Return whether it is late and still at work, and has not had several times as long."""
        has_time = time.monotonic() - began <= AT_WORK * seconds
        return has_time and not self.is_stepped and self.is_at_work()

    def wait(self, within: float = WITHIN, *, required: bool = True) -> bool:
        """Wait for its end."""
        seconds = self._pace.patience(within, required=required)
        left = self._pace.left(lambda: self.has_ended, seconds, required=required)
        has_ended = self._waits(self.running.wait, left, at_work=required)
        return self._met(has_ended, required, "had not ended", seconds)

    def ends(self, within: float) -> bool:
        """Wait for its end; longer where it is at work, as one that comes to its end is."""
        seconds = self._pace.scaled(within)
        left = self._pace.left(lambda: self.has_ended, seconds)
        return self._waits(self.running.wait, left, at_work=True)

    def wait_for_line(self, text: str, within: float = WITHIN, *, required: bool = True) -> bool:
        """Wait until it has printed a line that holds ``text``."""
        seconds = self._pace.patience(within, required=required)
        left = self._pace.left(
            lambda: self.running.wait_for_line(text, 0), seconds, required=required
        )
        look = partial(self.running.wait_for_line, text)
        is_printed = self._waits(look, left, at_work=required)
        return self._met(is_printed, required, f"did not print {text!r}", seconds)

    def wait_for_prompt(self, text: str, within: float = WITHIN, *, required: bool = True) -> bool:
        """Wait until ``text`` is the last that it has printed, on a line without an end.

        So does a program that waits for an answer.
        """
        seconds = self._pace.patience(within, required=required)
        left = self._pace.left(
            lambda: self.running.wait_for_prompt(text, 0), seconds, required=required
        )
        look = partial(self.running.wait_for_prompt, text)
        is_asked = self._waits(look, left, at_work=required)
        return self._met(is_asked, required, f"did not ask {text!r}", seconds)

    def _waits(self, look: Callable[[float], bool], seconds: float, *, at_work: bool) -> bool:
        """Wait for what ``look`` waits for; ``at_work``: longer while the program is at work."""
        began = time.monotonic()
        is_met = look(seconds)
        while not is_met and at_work and self.may_go_on(began, seconds):
            is_met = look(SLICE)
        return is_met

    def _met(self, holds: bool, required: bool, what: str, seconds: float) -> bool:
        if required and not holds:
            when = "before it ended" if self.has_ended else f"within {seconds:g} s"
            raise WaitedInVain(f"{self.program.name} on {self.running.host} {what} {when}")
        return holds

    def write(self, text: str, *, end: bool = False) -> None:
        """Type ``text`` into it, or into its window; close its input where ``end`` says so.

        A program that has windows gets some seconds to open one, and else what is typed as input.
        """
        if self.screen is not None and text and self.screen.wait_for_window(WINDOW_WITHIN):
            self.press(text)
            text = ""
        if text or end:
            self.running.write(text, end=end)

    def answer(self, prompt: str, words: str, *, within: float = WITHIN) -> None:
        """Wait for a prompt, and type these words and a line end."""
        self.wait_for_prompt(prompt, within)
        self.write(f"{words}\n")

    def stop(self, reason: str | None = None) -> None:
        """End it; ``reason`` says what it did wrong, where it did."""
        self.keep_screen()
        self.running.stop(reason)

    def stop_late(self, seconds: float) -> str:
        """End it after its deadline of so many seconds; return a remark where that is no fault.

        A window stays open until somebody closes it.
        """
        has_windows = self.screen is not None
        self.stop(
            None if has_windows else f"it had not ended after {seconds:g} s, so it was stopped"
        )
        return f"{self.program.name} had a window open: it was closed" if has_windows else ""

    def keep_screen(self) -> None:
        """Keep what stands on its screen, where it has one, as a file that it left."""
        if self.screen is not None:
            self.screen.keep()
            if self.screen.picture is not None:
                self.running.files[PICTURE] = self.screen.picture

    @property
    def has_window(self) -> bool:
        """Whether a window of it stands on its screen."""
        return self.screen is not None and self.screen.wait_for_window()

    def press(self, text: str) -> None:
        """Type text into its uppermost window."""
        if self.screen is not None:
            self.running.note_typed(text, self.screen.type(text))

    @property
    def remarks(self) -> list[str]:
        """What a reader should know of it: that it left processes running when it ended."""
        where = f"{self.program.file} on {self.running.host}"
        return [f"{where} left a child running"] if self.running.left else []

    def take_trace(self) -> list[str]:
        """Take what its tracer saw of it, which its transcript has from then on; return remarks."""
        told = self.running.trace()
        seen, remarks = joined(self.transcript(), self.running.sizes, told)
        # A socket that was open for a moment stands in no table, but its calls are known.
        if self.unkept is not None and (services := listened(seen.made)):
            self.unkept = clause(self.program.listens_on, services)
        self._joined = replace(seen, unkept=self.unkept)
        return remarks

    def with_sources(self, sources: Mapping[str, bytes]) -> Transcript:
        """Return what it has done, with the lines of its source; it has ended."""
        if not self._has_sources:
            self._joined = with_lines_of_source(self.transcript(), sources)
            self._has_sources = True
        return self.transcript()

    def transcript(self) -> Transcript:
        """Return what it has done so far."""
        if self._joined is not None:
            return replace(self._joined, files=dict(self.running.files))
        says, seen = self.program, self.running.transcript()
        seen = replace(seen, name=says.called, fails=says.fails, listens_on=says.listens_on)
        return replace(seen, unkept=self.unkept, untraced=self.running.untraced or "")
