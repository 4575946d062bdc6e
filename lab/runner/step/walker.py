"""Steps a run: give one lane the token, wait until all is at rest, and tell what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from lab.observation.observation import Observation
from lab.observation.steps.walk import Crossing, Lane, Result, Step, Walk, folded
from lab.runner.pace import PlayEnded
from lab.runner.stage import Stage
from lab.runner.step.cuts import Cuts
from lab.runner.step.ground import Ground, Restless
from lab.runner.step.order import Choose, Clock, ending, idle, movable, told
from lab.runner.step.own_steps import OwnSteps
from lab.runner.step.rest import Stillness
from lab.runner.taps import Taps
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario

MOST = 5_000
"""Steps of a walk, unless more are asked for."""

STOPPED = {
    "deadlock": "nobody could move any more",
    "refused": "it cannot be stepped",
    "failed": "the steps led to no end",
}
"""Why a program is stopped, by the kind of the result."""

Tell = Callable[[Observation], Sequence[Crossing]]
"""Returns the packets of one more step, in order, from an observation of only these."""


class Walker:
    """Takes the steps of one run. :attr:`walk` is what was taken so far."""

    def __init__(
        self,
        scenario: Scenario,
        choose: Choose,
        tell: Tell,
        watch: Callable[[Walk], None],
        *,
        order: str,
        most: int,
        free: bool = False,
    ) -> None:
        """``choose`` says who moves next, ``watch`` sees the walk after each step.

        ``most`` bounds the steps. Where the reader is ``free``, clients may move before a server
        listens, and whoever waits for a time may be chosen as well: its time runs out.
        """
        self._scenario = scenario
        self._choose, self._tell, self._watch = choose, tell, watch
        self._most, self._free = most, free
        self._clock = Clock()
        self._due: list[tuple[str, Program]] = []
        self._runs_command = False
        self.helpers: list[Lane] = []
        """Threads that wait, and that ran no line of their program's files."""
        self.walk = Walk(scenario.name, "", order)

    def play(self, stage: Stage, taps: Taps) -> None:
        """Start the programs of the scenario, and step them to the end."""
        self._ground = Ground(stage, taps)
        self._steps = OwnSteps(self._scenario, stage, self)
        self._cuts = Cuts(taps, stage.family, stage.addresses)
        self.walk = replace(self.walk, family=stage.family.value)
        stage.steps_programs = True
        try:
            result = self._played()
        except Restless as why:
            result = Result("failed", str(why))
        self.walk = replace(self.walk, result=result)
        if result.exit_status:
            for each in self._ground.running:
                if not each.has_ended:
                    each.program.stop(f"it was stopped, for {STOPPED[result.kind]}")
        self._watch(self.walk)

    def _played(self) -> Result:
        """Play the scenario's own steps, while programs move, or its programs in their order."""
        if self._scenario.steps:
            return self._steps.play() or self._steps.ending(self._to_the_end())
        try:
            return self._by_programs()
        except PlayEnded as why:
            return self._steps.result or Result("failed", str(why))

    def _by_programs(self) -> Result:
        """Start the servers and the first client, and let them move to the end."""
        placed = [(h, p) for h, programs in self._scenario.programs.items() for p in programs]
        self._due = [(h, p) for h, p in placed if not p.is_server]
        for host, program in placed:
            if program.is_server:
                self._ground.start(host, program)
        self._take_in()
        self._start_next()
        self._record("start")
        return self._to_the_end()

    def _to_the_end(self) -> Result:
        while (result := self.move()) is None:
            pass
        return result

    def take_in(self) -> None:
        """Record what happened without a token: programs were started, commands ran, or nothing."""
        if self._take_in():
            self._record("start")
        elif self._ground.running and not self._ground.still_rests():
            self._record("command")

    def _take_in(self) -> bool:
        new = self._ground.take_in()
        hosts = {each.stepped.host for each in new}
        self.walk = replace(
            self.walk,
            programs=(*self.walk.programs, *(each.stepped for each in new)),
            sources={**self.walk.sources, **{h: self._ground.sources(h) for h in hosts}},
        )
        return bool(new)

    def _start_next(self) -> bool:
        """Start what is due: one client after the other; whether there was one to be stepped.

        While one runs as a whole, which gets no tokens, those who serve it move.
        """
        while self._due and not self._runs_command:
            host, program = self._due.pop(0)
            start = partial(self._ground.start, host, program)
            if not self._ground.steps(host, program):
                self._runs_command = True
                self._steps.run(start, lambda: not self._ground.silent)
                self._runs_command = False
            else:
                start()
            if self._take_in():
                return True
        return False

    @property
    def can_move(self) -> bool:
        """Whether any lane can move, or time can pass for one."""
        return bool(self.walk.steps) and bool(self._options())

    def move(self) -> Result | None:
        """Let one lane move, and record it; return the result where the walk is over."""
        running = self._ground.running
        for each in running:
            if each.told.refused:
                return Result("refused", f"{each.stepped.file}: {each.told.refused}")
        if len(self.walk.steps) > self._most:
            told = f"after {self._most:,} steps the programs have not ended"
            return Result("failed", f"{told}; lab step has --most for more")
        clients = [each for each in running if not each.stepped.is_server]
        if all(each.has_ended for each in clients) and self._start_next():
            self._record("start")
            return None
        options = self._options()
        nobody_stands = all(lane.status != "stands" for lane in options)
        if nobody_stands and (self._ground.others_move() or (not options and self._ground.types())):
            self._record("command")
        elif not options:
            last = self.walk.steps[-1].lanes
            return ending(last, self.walk.programs, self._ground.windows, self.helpers)
        elif (chosen := self._choose(options, self.walk.programs)) is None:
            return Result("left", "you left before the programs had ended")
        else:
            self._give(chosen)
        return None

    def _options(self) -> list[Lane]:
        lanes = self.walk.steps[-1].lanes
        silent = () if self._free else self._ground.silent
        options = movable(lanes, self.walk.programs, silent)
        due = self._clock.next(without=self.helpers)
        if self._free:
            options += [lane for lane in lanes if lane.status == "waits" and lane.seconds]
        elif not options and due is not None:
            options = [due]
        if not options and (due := self._clock.next(without=idle(lanes, self.helpers))):
            options = [due]
        return options

    def _give(self, lane: Lane) -> None:
        notes: tuple[str, ...] = ()
        expires = lane.status == "waits"
        if expires:
            passed = self._clock.expire(lane)
            whose = f"{lane.call} of {told(lane, self.helpers)}"
            notes = (f"{passed:g} s pass for the programs: {whose} runs out",)
        self._clock.moved(lane)
        self._ground.give(lane.program, lane.number, expire=expires)
        self._record("time" if expires else "line", lane, notes)

    def _record(self, kind: str, lane: Lane | None = None, given: tuple[str, ...] = ()) -> None:
        """Wait until all is at rest, and record what happened meanwhile as a step."""
        began_ns = time.time_ns()
        still, has_crossed = self._ground.rest(), self._cuts.cut()
        # What a marker has overtaken on its way to a program is there now.
        while not self._ground.still_rests():
            still, has_crossed = self._ground.rest(), self._cuts.cut() or has_crossed
        step = Step(len(self.walk.steps), kind, began_ns=began_ns, notes=given)
        if lane is not None:
            step = replace(step, mover=(lane.program, lane.number), ran=lane.place)
        for number, each in enumerate(self._ground.running):
            seen = self._ground.lanes(number)
            each.has_ended = seen["ended"]
            printed, variables, notes, calls = each.told.take(self._ground.news(number))
            step = replace(
                step,
                lanes=(*step.lanes, *each.told.lanes(seen["lanes"], ended=each.has_ended)),
                printed=step.printed + printed,
                variables=step.variables + variables,
                notes=step.notes + notes,
                calls=step.calls + calls,
            )
        self.helpers = self._ground.helpers()
        owing = ["a connection still owes a packet, and nothing moves"]
        more = [*(owing if still is Stillness.OWES else []), *self._stretched(step.lanes)]
        step = replace(
            step,
            notes=(*step.notes, *more),
            packets=folded(self._tell(self._cuts.take())) if has_crossed else (),
            sockets=self._ground.sockets(),
            ended_ns=time.time_ns(),
        )
        if step.packets or step.printed:
            self._clock.happened()
        self.walk = replace(self.walk, steps=(*self.walk.steps, step))
        self._watch(self.walk)

    def _stretched(self, lanes: Sequence[Lane]) -> list[str]:
        """Return what is to be said of calls whose time would have begun to run out."""
        return [
            f"{new.place} waits in {new.call} for {new.seconds:g} s at the most: that time passes"
            " only when no program can move"
            for new in self._clock.look([*lanes, *self.helpers])
            if new in lanes and any(lane.status == "stands" for lane in lanes)
        ]
