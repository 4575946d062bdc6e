"""A session with the lab from Python: scenarios and any two programs, run one after the other."""

from __future__ import annotations

import atexit
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self, Unpack

from lab.api.shown import ShownRun
from lab.api.wanted import Options, wanted
from lab.clone import Clone, here
from lab.errors import CouldNotJudge, UsageError
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.pool import open_pool
from lab.observation import store
from lab.observation.run import Run
from lab.runner.session import silent
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.story.page.lesson import Lesson
from lab.story.timeline.timeline import Timeline
from lab.suite import publish, suite
from lab.suite.players import OnLab
from lab.suite.trying.advice import advice
from lab.wire.address import Family


class Session:
    """Runs on the hosts of this clone, brought up where they are down.

    The channels into the hosts stay open from one run to the next; between two runs other commands
    may use the hosts. What the lab does meanwhile is told on standard error, unless ``quiet``.
    Raises UsageError where Python leaves assertions out, and CouldNotJudge without an engine.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        if sys.flags.optimize:
            raise UsageError(
                "opening the lab",
                "Python leaves assertions out here, and expectations are assertions",
                "start Python without -O and PYTHONOPTIMIZE",
            )
        self._clone = here()
        self._say = silent if quiet else _say
        self._ends = ExitStack()
        self._pool = self._ends.enter_context(open_pool(self._clone, 1, self._say))
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the channels; the hosts stay up, as after ``lab run``."""
        self._ends.close()
        atexit.unregister(self.close)

    def run(self, name: str, *, ipv6: bool | None = None) -> ShownRun:
        """Play a scenario once and judge its expectations, as ``lab run NAME`` does.

        It is played over IPv4, or with ``ipv6`` over IPv6. Raises UnknownName for a name that no
        scenario has, UsageError where the scenario is not for that IP version, and CouldNotJudge
        where no run could be made.
        """
        scenario = catalogue.load(catalogue.find(self._clone.scenarios, name))
        known = Lab(self._clone.root).hosts
        scenario.check(known)
        family = family_of(scenario, ipv6)
        publisher = publish.Publisher(self._clone)
        with self._pool.lend(scenario.hosts) as network:
            player = OnLab(network, known)
            runs = suite.judge_on(self._clone, player, [scenario], [family], publisher.keep, silent)
        run = runs[-1]
        if run.observation is None:
            raise CouldNotJudge(f"running {run.name}", run.reason, f"lab run {name}; lab doctor")
        publisher.write_pages()
        return _shown(run, self._clone.results(name, family.value), self._clone)

    def try_(
        self, server: str | Path, client: str | Path, *arguments: str, **options: Unpack[Options]
    ) -> ShownRun:
        """Run any two programs as they are, as ``lab try`` does.

        ``arguments`` are the client's; without any it is called with the server's name and, where
        it reads that, the port. Raises UsageError where there is nothing to run, CouldNotJudge
        where the lab cannot.
        """
        asked = wanted(server, client, arguments, **options)
        observation, sources = asked.play(self._clone, self._say, self._pool)
        run = Run.of(observation)
        timeline, kept = Timeline.of(run), self._clone.results("try")
        publish.keep(kept, timeline)
        publish.write_page(kept, timeline, sources=sources)
        lesson = Lesson(programs=publish.programs_of(sources))
        told = tuple(advice(observation, sources.values()))
        return ShownRun(run, kept / store.PAGE, lesson, told)


def open(*, quiet: bool = False) -> Session:  # noqa: A001 - it is called lab.open
    """Return a session for several runs: ``with lab.open() as net:``."""
    return Session(quiet=quiet)


def run(name: str, *, ipv6: bool | None = None, quiet: bool = False) -> ShownRun:
    """Play a scenario in a session of its own; see :meth:`Session.run`."""
    with Session(quiet=quiet) as session:
        return session.run(name, ipv6=ipv6)


def try_(
    server: str | Path,
    client: str | Path,
    *arguments: str,
    quiet: bool = False,
    **options: Unpack[Options],
) -> ShownRun:
    """Run any two programs in a session of its own; see :meth:`Session.try_`."""
    with Session(quiet=quiet) as session:
        return session.try_(server, client, *arguments, **options)


def load(folder: str | Path) -> ShownRun:
    """Return a run that a folder keeps, such as ``out/tcp_connect/ipv4``; needs no engine.

    Raises UsageError where there is none or it is broken, CaptureUnreadable where a capture is.
    """
    folder = Path(folder)
    kept = store.load(folder)
    return _shown(kept, folder, here())


def _shown(run: Run, folder: Path, clone: Clone) -> ShownRun:
    known = {each.name: each for each in catalogue.folders(clone.scenarios)}
    lesson = Lesson()
    if run.scenario in known:
        lesson = publish.lesson_of(catalogue.load(known[run.scenario]), folder)
    page = folder / store.PAGE
    return ShownRun(run, page if page.is_file() else None, lesson)


def family_of(scenario: Scenario, ipv6: bool | None) -> Family:
    """Return the IP version to run over: the one that was asked for, else the scenario's first."""
    if ipv6 is None:
        return scenario.families[0]
    family = Family.IPV6 if ipv6 else Family.IPV4
    if family not in scenario.families:
        over = " and ".join(each.label for each in scenario.families)
        raise UsageError(
            f"running {scenario.name} over {family.label}", f"it is for {over} only", "leave it out"
        )
    return family


def _say(text: str) -> None:
    sys.stderr.write(f"lab: {text}\n")
    sys.stderr.flush()
