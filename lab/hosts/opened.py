"""The labs of a pool, on one engine or several: brought up, opened, looked at again, closed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from lab.errors import HostUnavailable, ImageUnavailable, LabError
from lab.hosts.background import side_by_side
from lab.hosts.docker.across.lab import lab_of
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.file import Plan, addresses
from lab.hosts.docker.images import sending
from lab.hosts.docker.workshop import Workshop
from lab.hosts.engines import Engine, EngineLeft, sources
from lab.hosts.running_lab import RunningLab
from lab.hosts.software import Software

COMING_UP = 4
"""Labs of a clone that come up at once on an engine, at most. It makes their hosts one after the
other all the same, and compose gives up where it gets no answer for a minute."""


class Opened:
    """``each`` labs of a clone on each engine, by number; for several threads.

    The numbers go from engine to engine: the first labs of all engines, then the second ones.
    """

    def __init__(self, root: Path, each: int, engines: Sequence[Engine], say: Say) -> None:
        self.root = root
        places = [(engine, own) for own in range(1, each + 1) for engine in engines]
        self._places = dict(enumerate(places, start=1))
        self._labs = {
            number: lab_of(root, own, engine.where)
            for number, (engine, own) in self._places.items()
        }
        self._engines = engines
        self._say = say
        self._opened: dict[int, RunningLab] = {}
        self._dropped: set[RunningLab] = set()
        self._lock = threading.Lock()
        self._ends = False
        self._coming_up = {engine.name: threading.BoundedSemaphore(COMING_UP) for engine in engines}

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the labs."""
        return [*self._places]

    @property
    def now(self) -> Collection[int]:
        """The numbers of the labs that are open now."""
        return [*self._opened]

    @property
    def known(self) -> Mapping[str, Plan]:
        """The hosts that compose.yaml describes."""
        return self._labs[1].topology.hosts

    def engine(self, number: int) -> Engine:
        """Return the engine that a lab is on."""
        return self._places[number][0]

    def lock(self, number: int) -> str:
        """Return the name of the lock of whoever runs programs on a lab."""
        return self._labs[number].identity.lock("session")

    def called(self, number: int) -> str:
        """Return what a lab is called: by its number on its engine."""
        engine, own = self._places[number]
        return f"lab {own} on {engine.name}" if engine.name else f"lab {own}"

    def ready(self, number: int, hosts: Sequence[str]) -> RunningLab:
        """Return a lab that its caller has alone: brought up at first, looked at again later.

        Raises EngineLeft where its engine is away, another LabError where it cannot come up.
        """
        engine = self.engine(number)
        try:
            return self._ready(number, hosts)
        except (LabError, OSError):
            if engine.name and not self._ends and not engine.look():
                raise EngineLeft(f"bringing {self.called(number)} up", "it is away") from None
            raise

    def confirm(self, lab: RunningLab) -> None:
        """Raise EngineLeft where an engine that was named went away from under a lab."""
        if lab in self._dropped:
            raise EngineLeft("playing on an engine", "it fell silent")
        numbers = [number for number, opened in self._opened.items() if opened is lab]
        for engine in map(self.engine, numbers):
            if not engine.name:
                continue
            attempted = f"playing on the engine {engine.name}"
            if not engine.look():
                raise EngineLeft(attempted, "it went away")
            if len(lab.lost) > 1:  # all at once: it is back already
                engine.note_away("it broke all connections off")
                raise EngineLeft(attempted, "it broke all connections off")

    def forget(self, number: int) -> None:
        """Close a lab, so that it is brought up anew when it is wanted."""
        with self._lock:
            opened = self._opened.pop(number, None)
        if opened is not None:
            opened.close()

    def drop(self, engine: Engine) -> None:
        """Close the labs of an engine that fell silent, so that nobody waits for its answers."""
        engine.note_away("it does not answer any more")
        with self._lock:
            on = {number for number in self._opened if self.engine(number) is engine}
            dropped = [self._opened.pop(number) for number in on]
            self._dropped |= {*dropped}
        side_by_side(RunningLab.close, dropped)

    def close(self) -> None:
        """Close all labs for good; what was started in them ends."""
        with self._lock:
            self._ends = True
            opened = list(self._opened.values())
        side_by_side(RunningLab.close, opened)

    def _ready(self, number: int, hosts: Sequence[str]) -> RunningLab:
        known = self._opened.get(number)
        if known is not None:
            known.refresh()
            return known
        lab, engine = self._labs[number], self.engine(number)

        def say(text: str) -> None:
            self._say(text if number == 1 else f"{self.called(number)}: {text}")

        with self._coming_up[engine.name]:
            try:
                self._send(number, hosts, say)
                lab.up(hosts, say)
            except LabError:
                if not hosts or self._ends:
                    raise
                # A run that needs a host which does not come up says so. The other runs go on.
                lab.up(say=say)
        opened = RunningLab(engine.client, lab.project, lambda names: lab.up(names, say))
        opened.workshop = Workshop(lab.root, engine.client, say)
        opened.software = Software(engine.client, lab.root)
        opened.planned = addresses(lab.topology.hosts.values())
        with self._lock:
            if not self._ends:
                self._opened[number] = opened
                return opened
        opened.close()
        raise HostUnavailable(f"opening lab {number}", "the session has ended", "")

    def _send(self, number: int, hosts: Sequence[str], say: Say) -> None:
        """Send an engine that was named the images that it has not, and that another one has."""
        engine, lab = self.engine(number), self._labs[number]
        if not engine.name:
            return
        begun: list[int] = []

        def passed(_: int, total: int) -> None:
            if self._ends:
                raise HostUnavailable("sending images", "the session has ended")
            if not begun:
                say(f"sending images, about {total >> 20} MB")
            begun[:] = [total]

        with sources(engine, self._engines) as others:
            try:
                wanted = lab.images_of(hosts)
                sent = sending.ensure(others, engine.client, lab.root, wanted, passed)
            except ImageUnavailable as problem:
                say(f"{problem.sentence}: the images are made there")
            else:
                for each in sent:
                    say(f"sent {each}")
