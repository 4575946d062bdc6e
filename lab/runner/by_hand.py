"""A scenario played by hand: a person types into its programs, and no deadline hurries her."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from lab.runner import playing
from lab.runner.pace import PlayEnded
from lab.runner.run import Play
from lab.runner.stage import Stage
from lab.runner.stage_program import StageProgram
from lab.runner.taps import Taps
from lab.scenario.scenario import Scenario

LOOKS_APART = 0.02
"""Seconds between two looks at what is waited for."""

Meet = Callable[[Sequence[StageProgram], Callable[[], bool]], None]
"""Has a person meet the programs that were started so far, and returns when she leaves.

The list grows as programs are started. The second argument tells whether all is over.
"""


def by_hand(scenario: Scenario, meet: Meet) -> Play:
    """Return how to play a scenario without steps while a person types."""

    def play(stage: Stage, _: Taps) -> None:
        left, over = threading.Event(), threading.Event()
        failed: list[BaseException] = []

        def wait(holds: Callable[[], bool], seconds: float, _: bool) -> float:
            while not holds():
                if left.wait(LOOKS_APART):
                    raise PlayEnded("playing by hand", "you have left")
            return seconds

        def work() -> None:
            try:
                playing.play(scenario, stage)
            except PlayEnded:
                pass
            except BaseException as error:  # told by whoever waits for this thread
                failed.append(error)
            finally:
                over.set()

        before = stage.pace
        stage.pace, stage.by_hand = replace(before, walk=wait), True
        worker = threading.Thread(target=work, name="by hand")
        worker.start()
        try:
            meet(stage.played, over.is_set)
        finally:
            left.set()
            worker.join()
            stage.pace = before
        if failed:
            raise failed[0]

    return play
