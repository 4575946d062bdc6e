"""The stage of one run: the hosts that a scenario's steps act on, and what the run records."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from lab.errors import ScenarioInvalid, WaitedInVain
from lab.hosts.host import Host
from lab.hosts.process import Watcher
from lab.observation.transcript import Transcript
from lab.observation.words import Spoken
from lab.runner.faults import Faults, Placed
from lab.runner.pace import WITHIN, Pace
from lab.runner.run_folder import FOLDER, RunFolder
from lab.runner.stage_program import StageProgram
from lab.scenario.breaks import ReplaceWords
from lab.scenario.fault import Fault, PowerCut
from lab.scenario.files import Files
from lab.scenario.program import Program
from lab.wire.address import Family, Service
from lab.wire.sockets.table import SocketEntry

GRACE = 3.0
"""Seconds that a server may go on after the last other program has ended."""

ZONES = {Family.IPV4: "ipv4.lab.test", Family.IPV6: "ipv6.lab.test"}


class StageHost:
    """A host as the steps of a scenario see it: programs run here are recorded."""

    def __init__(self, host: Host, stage: Stage, files: Files) -> None:
        self._host, self._stage = host, stage
        self.name = host.name
        self.played: list[StageProgram] = []
        self.folder = RunFolder(host, files)

    @property
    def address(self) -> str:
        """The host's address in the IP version of this run."""
        return self._host.addresses[self._stage.family]

    def start(self, program: Program, *, name: str = "", interactive: bool = False) -> StageProgram:
        """Start a program, wait until it listens where it promised, and return it running.

        ``name`` is what expectations call it. A promise that it does not keep is recorded.
        """
        started = self.launch(program, name=name, interactive=interactive)
        return self._listening(started) if started.program.listens_on else started

    def launch(
        self, program: Program, *, name: str = "", interactive: bool = False, verb: str = "start"
    ) -> StageProgram:
        """Start a program, wait for nothing, and return it running; ``verb`` as in Host.start."""
        program = self._stage.as_typed(program.named(name) if name else program)
        values, family = {**self._stage.addresses, **self._stage.words}, self._stage.family
        argv, stdin = program.argv(values, family), program.typed(values, family)
        bringing = self.folder.bring(program)
        running = self._host.start(
            argv,
            name=program.file,
            folder=FOLDER,
            environment={"LOCALDOMAIN": ZONES[family]},
            stdin=stdin if stdin is not None else ("" if interactive else None),
            interactive=interactive,
            watcher=self._stage.watcher,
            verb=verb,
            traced=program.traced and verb == "start" and not self._stage.untraced,
        )
        self._host.channel.answer(bringing, "add")
        running.untraced = (program.traced and self._stage.untraced) or running.untraced
        running.keeps = program.keeps
        running.is_whole = bool(program.listens_on) or program.serves
        running.arguments = tuple(argv[len(argv) - len(program.arguments) :])
        self.played.append(StageProgram(running, program, self._stage.pace))
        return self.played[-1]

    def run(self, program: Program, *, name: str = "") -> Transcript:
        """Start a program, wait for its end (at most its deadline), and return its transcript."""
        started = self.start(program, name=name)
        self._finish(started, program.waits + self._stage.pace.deadline_of(program))
        transcript = started.transcript()
        self._stage.waiting += min(program.waits, transcript.duration)
        return transcript

    def finish(self, started: StageProgram, within: float = WITHIN) -> None:
        """Wait for a program's end; stop it, and record that, when ``within`` s have passed."""
        self._finish(started, self._stage.pace.scaled(within))

    def _finish(self, started: StageProgram, seconds: float) -> None:
        if not started.running.wait(seconds):
            started.stop(f"it had not ended after {seconds:g} s, so it was stopped")
        self.take_files(started)

    def take_files(self, started: StageProgram) -> None:
        """Take the files that a program has left; from then on its folder is without them."""
        remark = self.folder.take(started.running)
        if remark:
            self._stage.remarks.append(remark)

    def _listening(self, started: StageProgram) -> StageProgram:
        """Wait until the host listens where a program promised; stop it where it does not."""
        services = started.program.listens_on
        seconds = self._stage.pace.to_listen(started.program)
        promised = " and ".join(map(str, services))
        outcome = self._host.wait_listening(services, started.running, seconds)
        if outcome == "ended":
            started.running.wait(1)
            started.unkept = f"it ended before it listened on {promised}"
        elif outcome != "listening":
            started.stop(f"it did not listen on {promised} within {seconds:g} s, so it was stopped")
        return started

    @contextlib.contextmanager
    def drops(self, service: Service) -> Iterator[None]:
        """Have the host's firewall drop what the network brings for a service, within the block.

        The tap sees such packets arrive; the host's TCP or UDP does not.
        """
        channel = self._host.channel
        number = channel.ask("guard", kind="drop", protocol=service.protocol, port=service.port)
        self._stage.remarks.append(f"a firewall on {self.name} dropped what came for {service}")
        try:
            yield
        finally:
            channel.ask("unguard", number=number)

    def sockets(self, *services: Service) -> list[SocketEntry]:
        """Return the host's sockets, now; of these services, local or remote, if any is named."""
        wanted = {(each.protocol, each.port) for each in services}
        return [
            entry
            for entry in self._host.sockets()
            for ends in [(entry.local, entry.remote or entry.local)]
            if not services or any((entry.protocol, end.port) in wanted for end in ends)
        ]


class Stage(Spoken):
    """What a scenario's ``steps`` receive: hosts (``lab.client``), words (``lab.word``), family."""

    def __init__(
        self,
        hosts: Mapping[str, Host],
        family: Family,
        addresses: Mapping[str, str],
        *,
        files: Mapping[str, Files],
        words: Mapping[str, str] | None = None,
        pace: Pace | None = None,
        replaced_words: Iterable[ReplaceWords] = (),
        untraced: str = "",
        watcher: Watcher | None = None,
        faults: Faults | None = None,
    ) -> None:
        """``addresses`` names every host of the lab, ``files`` gives those of each that takes part.

        Without ``faults`` none of those that the steps set happens. ``replaced_words`` says what
        is typed instead of words of the programs' commands, ``untraced`` why no calls are traced.
        """
        self.family = family
        self.addresses = addresses
        self.words, self.pace = words or {}, pace or Pace()
        self.untraced, self.watcher = untraced, watcher
        self.waiting = 0.0
        self._faults = faults
        self.failed_steps: list[str] = []
        self._uses = dict.fromkeys(replaced_words, 0)
        self.remarks: list[str] = []
        self._hosts = {name: StageHost(host, self, files[name]) for name, host in hosts.items()}

    def __getattr__(self, name: str) -> StageHost:
        """Return the host of that name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.host(name)

    def host(self, name: str) -> StageHost:
        """Return the host of that name; raises ScenarioInvalid where it does not take part."""
        if name not in self._hosts:
            raise ScenarioInvalid(
                "playing the scenario's steps",
                f"they use a host {name!r}, which does not take part",
                f"Scenario(hosts=({name!r}, …), steps=…)",
            )
        return self._hosts[name]

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

    @contextlib.contextmanager
    def fault(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        towards: str | None = None,
        at: str | None = None,
    ) -> Iterator[Placed]:
        """Have a fault within the block; what it met is told in the run's remarks.

        ``on`` names a network and ``towards`` a host, so that it meets what goes there; ``at`` is
        the host of a fault that happens to a host. Raises FaultUnavailable.
        """
        if self._faults is None:
            yield Placed(f"{fault}, left out")
            return
        if isinstance(fault, PowerCut) and at in self._hosts:
            for started in self._hosts[at].played:
                started.running.served = not started.has_ended
        setting = self._faults.fault(fault, on=on, towards=towards, at=at)
        placed = None
        try:
            with setting as placed:
                yield placed
        finally:
            if placed is not None:
                self.remarks.append(str(placed))

    @contextlib.contextmanager
    def waits(self) -> Iterator[None]:
        """Count the time within as spent waiting on purpose."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.waiting += time.monotonic() - began

    def wait_until(
        self, holds: Callable[[], bool], within: float = WITHIN, *, required: bool = True
    ) -> bool:
        """Wait until ``holds()`` is true; raise WaitedInVain if it is ``required`` and is not."""
        seconds = self.pace.patience(within, required=required)
        is_met = self.pace.until(holds, seconds)
        if required and not is_met:
            raise WaitedInVain(f"what it waits for did not come within {seconds:g} s")
        return is_met
