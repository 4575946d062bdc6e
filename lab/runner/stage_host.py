"""A host as the steps of a scenario see it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from lab.errors import ScenarioInvalid, UsageError
from lab.hosts.host import Host
from lab.observation.transcript import Transcript
from lab.runner import listening, tls_keys
from lab.runner.backstage import Backstage
from lab.runner.making import COMPLAINT, NOTHING, Made
from lab.runner.pace import WITHIN
from lab.runner.run_folder import FOLDER, RunFolder
from lab.runner.screen import Screen
from lab.runner.stage_program import StageProgram
from lab.scenario.files import Files
from lab.scenario.made import PYTHON
from lab.scenario.program import Program
from lab.wire.address import Family, Service
from lab.wire.sockets.table import SocketEntry

KEYS = f"{tls_keys.FOLDER}/{tls_keys.NAME}"
ZONES = {Family.IPV4: "ipv4.lab.test", Family.IPV6: "ipv6.lab.test"}


class StageHost:
    """A host as the steps of a scenario see it: programs run here are recorded."""

    def __init__(
        self, host: Host, stage: Backstage, files: Files, named: tuple[str, ...] = ()
    ) -> None:
        """``files`` are those that it may have, ``named`` of these it has from the beginning."""
        self._named = named
        self._host, self._stage = host, stage
        self.name = host.name
        self.played: list[StageProgram] = []
        self.folder = RunFolder(host)
        self._files = files

    @property
    def address(self) -> str:
        """The host's address in the IP version of this run."""
        return self._host.addresses[self._stage.family]

    def start(self, program: Program, *, name: str = "", interactive: bool = False) -> StageProgram:
        """Start a program, wait until it listens where it promised, and return it running.

        ``name`` is what expectations call it. A promise that it does not keep is recorded.
        """
        asks = program.finds_port or (program.listens_on and program.typed)
        before = listening.services_of(self._host.sockets()) if asks else ()
        started, pace = self.launch(program, name=name, interactive=interactive), self._stage.pace
        if asks:
            listening.wait_found(self._host, started, pace, before, self._stage.until_seen_to)
        elif program.listens_on:
            listening.wait_listening(self._host, started, pace)
        return started

    def launch(
        self, program: Program, *, name: str = "", interactive: bool = False, verb: str = "start"
    ) -> StageProgram:
        """Start a program, wait for nothing, and return it running; ``verb`` as in Host.start."""
        program = self._stage.as_typed(program.named(name) if name else program)
        family = self._stage.family
        values = {**self._stage.addresses, **self._stage.words, **self._stage.ports}
        made, complaint = self._made(program)
        argv, stdin = program.argv(values, family, made.words), program.input(values, family)
        argv = [*COMPLAINT, complaint, *program.arguments] if complaint else argv
        verb = "step_start" if self.steps(program) else verb
        interactive = interactive or bool(program.typed) or self._stage.by_hand
        bringing = self.folder.bring(program, made)
        screen = Screen.open(self._host, len(self.played) + 1) if made.windows else None
        running = self._host.start(
            argv,
            name=program.file,
            folder=FOLDER,
            environment={
                "LOCALDOMAIN": ZONES[family],
                tls_keys.VARIABLE: KEYS,
                **(screen.environment if screen else {}),
            },
            stdin=stdin if stdin is not None else ("" if interactive else None),
            interactive=interactive,
            watcher=self._stage.watcher,
            verb=verb,
            traced=program.traced
            and not complaint
            and verb == "start"
            and not self._stage.untraced,
        )
        self._host.channel.answer(bringing, "add")
        running.untraced = (program.traced and self._stage.untraced) or running.untraced
        running.keeps = program.keeps
        running.is_whole = program.is_server
        running.arguments = tuple(argv[len(argv) - len(program.arguments) :])
        typed = program.lines(values, family)
        stepped = verb == "step_start"
        pace = self._stage.pace
        self.played.append(StageProgram(running, program, pace, typed, stepped, screen))
        self._stage.played.append(self.played[-1])
        return self.played[-1]

    def steps(self, program: Program) -> bool:
        """Return whether this run steps a program: where programs are stepped, one in Python."""
        if program.is_command or not self._stage.steps_programs:
            return False
        made, complaint = self._made(program)
        return not complaint and tuple(made.words[:2]) in ((), PYTHON)

    def _made(self, program: Program) -> tuple[Made, str]:
        """Return what the host gets of a program, or what the compiler says instead."""
        maker = self._stage.maker
        if maker is None:
            return NOTHING, ""
        try:
            return maker.made(self.name, program, self._files, self._named), ""
        except ScenarioInvalid:
            raise  # The fault is the scenario's, and not what a compiler says.
        except UsageError as error:
            return NOTHING, str(error)

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
        left = self._stage.pace.left(lambda: started.has_ended, seconds, required=True)
        give_up = time.monotonic() + left
        if any(each.typist.types for each in self._stage.played):
            self._stage.until_seen_to(lambda: started.is_left_to, left, started)
            self._stage.leave(started)
        if not started.running.wait(max(0.0, give_up - time.monotonic())):
            self._stage.remarks += filter(None, [started.stop_late(seconds)])
        self.take_files(started)

    def take_files(self, started: StageProgram) -> None:
        """Take the files that a program has left; from then on its folder is without them."""
        started.keep_screen()
        if started.screen is not None:
            started.screen.shut()
        remark = self.folder.take(started.running)
        if remark:
            self._stage.remarks.append(remark)

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
