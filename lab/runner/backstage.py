"""What the hosts of a stage share: the words, deadlines and remarks of a run, and its programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lab.hosts.process import Watcher
from lab.observation.words import Spoken
from lab.runner.making import Maker
from lab.runner.pace import Pace
from lab.runner.stage_program import StageProgram
from lab.scenario.breaks import ReplaceWords
from lab.scenario.program import Program
from lab.wire.address import Family


class Backstage(Spoken):
    """``addresses`` names every host of the lab; ``untraced`` says why no calls are traced.

    ``replaced_words`` says what is typed instead of words of the programs' commands.
    """

    def __init__(
        self,
        family: Family,
        addresses: Mapping[str, str],
        words: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        replaced_words: Iterable[ReplaceWords] = (),
        untraced: str = "",
        watcher: Watcher | None = None,
        maker: Maker | None = None,
    ) -> None:
        self.family = family
        self.addresses = addresses
        self.words, self.pace = words or {}, pace or Pace()
        self.untraced, self.watcher = untraced, watcher
        self.maker = maker
        self.steps_programs = False
        """Whether Python programs are started under the stepper (runner/step)."""
        self.by_hand = False
        """Whether a person types into the programs (runner/by_hand)."""
        self.waiting = 0.0
        self.remarks: list[str] = []
        self.played: list[StageProgram] = []
        """All programs that were started so far."""
        self._uses = dict.fromkeys(replaced_words, 0)

    def as_typed(self, program: Program) -> Program:
        """Return the program as this run has it started."""
        for change in self._uses:
            command = change.of(program.command)
            if command is not None:
                self._uses[change] += 1
                program = program.replaced_words(command)
        return program

    @property
    def never_typed(self) -> list[str]:
        """The words that were to be replaced, but stood in no command so far."""
        return [" ".join(change.old) for change, uses in self._uses.items() if not uses]

    @property
    def ports(self) -> dict[str, str]:
        """The port that the first program of each host listens on, as ``server.port``."""
        return {
            f"{each.running.host}.port": str(each.program.listens_on[0].port)
            for each in reversed(self.played)
            if each.program.listens_on
        }

    def until_seen_to(
        self, holds: Callable[[], bool], seconds: float, *watched: StageProgram
    ) -> bool:
        """Wait until ``holds()``, and type meanwhile into whichever program asks."""

        def seen_to() -> bool:
            typists = [each.typist for each in self.played if not each.has_ended]
            has_lines = any(each.has_lines for each in typists)
            for each in self.played:
                if each in watched or each.typist.types or has_lines:
                    each.typist.look()
            for typist in filter(lambda each: each.has_lines, typists):
                typist.type_where_it_waits(min(each.rest for each in typists))
            return holds()

        return self.pace.until(seen_to, seconds)

    def leave(self, started: StageProgram) -> None:
        """Stop a program that waits for more than is typed, which is no fault of its own."""
        if started.typist.is_idle:
            started.stop()
            why = "had got all its input and went on: it was stopped"
            why = "had a window open: it was closed" if started.screen else why
            self.remarks.append(f"{started.program.name} {why}")
