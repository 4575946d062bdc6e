"""The programs of a walk on their hosts: started, given tokens, looked at until all is at rest."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.hosts.agent.stepper.lanes import EXPIRE, GO
from lab.hosts.channel import stepping
from lab.hosts.host import STUDENT, Host
from lab.observation.steps.walk import Lane, SocketState, Stepped
from lab.runner.stage import Stage
from lab.runner.stage_program import StageProgram
from lab.runner.step.rest import PATIENCE, Look, Stillness, doubtful, signature, stillness
from lab.runner.step.sockets import has_daemons, listening, states
from lab.runner.step.told import Told
from lab.runner.taps import Taps
from lab.scenario.program import Program

LONGEST = 60.0
"""Seconds after which a line that has not come to rest is given up."""

OTHERS = 1.5
"""Seconds that a daemon or a command may need before time passes for the programs instead."""

LOOKS_APART = 0.02
"""Seconds between two looks at what gets no tokens."""

UNTRACED = "it was run step by step, which makes other calls than its own"


class Restless(Exception):
    """A line did not come to rest, which is what it says."""


@dataclass
class Running:
    """A program of the walk, as it runs."""

    stepped: Stepped
    host: Host
    program: StageProgram
    told: Told
    has_ended: bool = False


class Ground:
    """The hosts of a walk, and the programs on them in the order of their start."""

    def __init__(self, stage: Stage, taps: Taps) -> None:
        self._stage, self._taps = stage, taps
        self.running: list[Running] = []
        self._looks: dict[str, Look] = {}
        self._news: dict[int, list[dict[str, Any]]] = {}
        self._doubtful: set[object] = set()
        self._seen: dict[tuple[str, str, str], int] = {}
        for host in taps.hosts:
            host.channel.ask("learn_steps", user=STUDENT, **stepping())
        self._others = {
            host.name
            for host in taps.hosts
            if len(host.links) > 1 or has_daemons(host.sockets())  # a router may hold a packet
        }

    def steps(self, host_name: str, program: Program) -> bool:
        """Return whether a program gets tokens; a command or another language runs as a whole."""
        return self._stage.host(host_name).steps(program)

    def start(self, host_name: str, program: Program) -> None:
        """Start a program; one that runs as a whole is waited for: it listens, or it ends."""
        stage_host = self._stage.host(host_name)
        if self.steps(host_name, program):
            stage_host.launch(program)
        elif program.is_server:
            # One that calls a program that stands is ended by its deadline.
            stage_host.start(program)
        else:
            stage_host.run(program)

    def take_in(self) -> list[Running]:
        """Return the programs that are stepped and new: from now on they get tokens."""
        known = {id(each.program) for each in self.running}
        hosts = {each.name: each for each in self._taps.hosts}
        new = [each for each in self._stage.played if each.is_stepped and id(each) not in known]
        for each in new:
            each.running.untraced = UNTRACED
            role = "server" if each.program.is_server else "client"
            stepped = Stepped(each.running.host, each.program.file, role)
            told = Told(len(self.running))
            self.running.append(Running(stepped, hosts[each.running.host], each, told))
        return self.running[len(known) :]

    def sources(self, host_name: str) -> dict[str, str]:
        """Return the sources that a host's programs have got, by name."""
        return {
            name: content.decode("utf-8", "replace")
            for name, content in self._stage.host(host_name).folder.sources.items()
            if name.endswith(".py")
        }

    def give(self, program: int, lane: int, *, expire: bool) -> None:
        """Give a lane a token: to move by a line, or to let its time run out."""
        each = self.running[program]
        token = EXPIRE if expire else GO
        number = each.program.running.number
        each.host.channel.ask("step_go", program=number, lane=lane, token=token)

    @property
    def windows(self) -> set[int]:
        """The programs that have a screen for their windows."""
        return {number for number, each in enumerate(self.running) if each.program.screen}

    def news(self, program: int) -> list[dict[str, Any]]:
        """Take what a program has told since this was asked last."""
        return self._news.pop(program, [])

    def lanes(self, program: int) -> Mapping[str, Any]:
        """Return what the last look tells of a program: its lanes, and whether it has ended."""
        each = self.running[program]
        found: Mapping[str, Any] = self._looks[each.stepped.host]["programs"][
            each.program.running.number
        ]
        return found

    def helpers(self) -> list[Lane]:
        """Return the threads of all programs that wait, and ran no line of these."""
        told = [(each, self.lanes(number)) for number, each in enumerate(self.running)]
        several = [each.told.helpers(seen["lanes"], ended=seen["ended"]) for each, seen in told]
        return [lane for lanes in several for lane in lanes]

    def sockets(self) -> tuple[SocketState, ...]:
        """Return the sockets of all hosts, as the last look shows them.

        They are in the order in which they were seen first, for the kernel chooses their ports.
        """
        names = {address: name for name, address in self._stage.addresses.items()}
        found = [
            socket
            for host in self._taps.hosts
            for socket in states(host.name, self._looks[host.name]["sockets"], names)
        ]
        for each in found:
            self._seen.setdefault((each.host, each.protocol, each.ends), len(self._seen))
        return tuple(
            sorted(found, key=lambda each: self._seen[each.host, each.protocol, each.ends])
        )

    @property
    def silent(self) -> set[int]:
        """The servers that do not listen yet where they promised to."""
        return {
            number
            for number, each in enumerate(self.running)
            if each.stepped.is_server
            and not each.has_ended
            and not listening(self._looks[each.stepped.host], each.program.program.listens_on)
        }

    def still_rests(self) -> bool:
        """Return whether nothing has moved since the last look at rest."""
        before = signature(self._looks.values(), Stillness.OWES)
        self._look()
        return signature(self._looks.values(), Stillness.OWES) == before

    def others_move(self) -> bool:
        """Wait whether anything is done by what gets no tokens: a daemon, or a command that runs.

        False at once where there is neither.
        """
        others = self._others - {each.stepped.host for each in self.running}
        # A program that waits is not busy: what it has started is, as a browser.
        if (
            not others
            and all(each.is_stepped or each.has_ended for each in self._stage.played)
            and not any(each.program.running.is_busy() for each in self.running)
        ):
            return False
        give_up = time.monotonic() + OTHERS
        while time.monotonic() < give_up:
            if not self.still_rests():
                return True
            time.sleep(LOOKS_APART)
        return False

    def types(self) -> bool:
        """Type the next line into the first program that awaits one; return whether any did.

        A thread that is no lane may hand on what was typed, so the program comes to rest first.
        """
        for each in self.running:
            if each.program.typist.types_next():
                give_up = time.monotonic() + LONGEST
                while each.program.running.is_busy() and time.monotonic() < give_up:
                    time.sleep(LOOKS_APART)
                return True
        return False

    def rest(self) -> Stillness:
        """Wait until all is at rest, and say what it is; raises Restless.

        Those for whom something has come go on one after the other, each when all else rests.
        """
        while True:
            still = self._rest()
            ready = [
                (program, lane["lane"])
                for program in range(len(self.running))
                for told in [self.lanes(program)]
                for lane in told["lanes"]
                if lane["is"] == "ready" and not told["ended"]
            ]
            if not ready:
                return still
            self.give(*ready[0], expire=False)

    def _rest(self) -> Stillness:
        before: object = None
        since = began = time.monotonic()
        while True:
            self._look()
            now = time.monotonic()
            still = stillness(self._looks.values(), self._doubtful)
            after = (still, signature(self._looks.values(), still))
            if still is Stillness.MOVES or after != before:
                since = now
            elif now - since >= PATIENCE[still]:
                self._doubtful = doubtful(self._looks.values())
                return still
            before = after
            if now - began > LONGEST:
                raise Restless(f"a line has not come to rest within {LONGEST:g} s")

    def _look(self) -> None:
        asked = {
            host: host.channel.request("step_look", taps=[self._taps.numbers[host.name]])
            for host in self._taps.hosts
        }
        for host, future in asked.items():
            self._looks[host.name] = host.channel.answer(future, "step_look")
        for number in range(len(self.running)):
            self._news.setdefault(number, []).extend(self.lanes(number)["news"])
