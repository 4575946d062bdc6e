"""Whoever gives the observation of a case: a lab, several labs, or the runs that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lab.clone import Clone
from lab.errors import CouldNotJudge, HostUnavailable, LabError, UnknownName
from lab.hosts.board import unknown
from lab.hosts.engines import EngineLeft
from lab.hosts.pool import Pool
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Verdict
from lab.runner.run import observe
from lab.scenario.scenario import Scenario
from lab.suite.judging import Case, Player
from lab.wire.address import Family


class OnLab:
    """Plays cases on a running lab, one after the other."""

    def __init__(self, lab: RunningLab, known_hosts: Iterable[str]) -> None:
        self._lab = lab
        self._known_hosts = tuple(known_hosts)

    def begin(self, cases: Sequence[Case]) -> None:
        """Bring up at once every host that the cases need, which is faster than one by one.

        What goes wrong is told by each run that needs the host: the others go on.
        """
        with suppress(LabError):
            self._lab.ensure(sorted({host for case in cases for host in case.scenario.hosts}))

    def observe(self, case: Case) -> Observation:
        """Play a case and return what it showed; raises LabError where it cannot begin."""
        return _play(case, self._lab, self._known_hosts)


class Kept:
    """Gives the runs that the clone keeps, so that they are judged again without an engine."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._verdicts: dict[Case, tuple[Verdict, ...]] = {}

    def begin(self, cases: Sequence[Case]) -> None:
        """Nothing has to be prepared."""

    def says_the_same(self, case: Case, run: Run) -> bool:
        """Whether the verdicts on a run are those that are kept, however long they took."""
        before = self._verdicts.get(case, ())
        return [replace(each, duration=0) for each in before] == [
            replace(each, duration=0) for each in run.verdicts
        ]

    def has(self, scenario: Scenario, family: Family) -> bool:
        """Whether a run of the scenario over this IP version is kept."""
        return (self._clone.results(scenario.name, family.value) / store.RECORD).is_file()

    def observe(self, case: Case) -> Observation:
        """Return what the kept run of a case showed.

        Raises UnknownName where none is kept, UsageError or CaptureUnreadable where it is broken.
        """
        name, family = case.scenario.name, case.family
        if case.number or not self.has(case.scenario, family):
            looking = f"looking for a run of {name} over {family.label}"
            raise UnknownName(looking, "none is kept in out/", f"lab run {name}")
        run = store.load(self._clone.results(name, family.value))
        if run.observation is None:
            raise CouldNotJudge(f"judging {run.name}", run.reason, f"lab run {name}")
        self._verdicts[case] = run.verdicts
        return run.observation


class KeptFirst:
    """Gives the kept runs of scenarios that are not broken, and has everything else played."""

    def __init__(self, kept: Kept, player: Player) -> None:
        self._kept = kept
        self._player = player

    def begin(self, cases: Sequence[Case]) -> None:
        """Have the other player prepare what it will play."""
        self._player.begin([case for case in cases if not self._is_kept(case)])

    def observe(self, case: Case) -> Observation:
        """Return what a case showed."""
        return (self._kept if self._is_kept(case) else self._player).observe(case)

    def _is_kept(self, case: Case) -> bool:
        return not case.number and self._kept.has(case.scenario, case.family)


class OnPool:
    """Plays cases on several labs at once, ahead of whoever asks for them.

    One lab plays all cases of a scenario over an IP version, in their order: what a broken run
    leaves behind is where the runs after it are. Cases that are ``apart`` go to any lab. Where an
    engine goes away, another one plays what is not observed yet, and nothing twice.
    """

    def __init__(
        self,
        pool: Pool,
        known_hosts: Iterable[str],
        *,
        apart: bool = False,
        length_of: Callable[[Case], float] = unknown,
    ) -> None:
        """``length_of`` tells how many seconds a case may take, 0 for all where nobody knows."""
        self._pool = pool
        self._length_of = length_of
        self._apart = apart
        self._known_hosts = tuple(known_hosts)
        self._coming: dict[Case, Future[Observation]] = {}

    def begin(self, cases: Sequence[Case]) -> None:
        """Begin to play the cases; labs take one group of them after the other."""
        groups: dict[tuple[str, Family, int], dict[Case, Future[Observation]]] = {}
        for case in cases:
            which = case.scenario.name, case.family, case.number if self._apart else 0
            coming = groups.setdefault(which, {})
            coming[case] = self._coming[case] = Future()
        ours = list(groups.values())
        played = self._pool.spread(
            ours,
            lambda group: next(iter(group)).scenario.hosts,
            self._play,
            lambda group: sum(map(self._length_of, group)),
        )
        for group, future in zip(ours, played, strict=True):
            future.add_done_callback(partial(_pass_on, coming=group.values()))

    def observe(self, case: Case) -> Observation:
        """Wait for a case to be played and return what it showed.

        Raises LabError where it cannot begin.
        """
        return self._coming.pop(case).result()

    def _play(self, group: Mapping[Case, Future[Observation]], lab: RunningLab) -> None:
        for case, future in group.items():
            if self._pool.ends:
                raise HostUnavailable(f"playing {case.scenario.name}", "the session has ended")
            if not future.done():
                self._observe(case, future, lab)

    def _observe(self, case: Case, future: Future[Observation], lab: RunningLab) -> None:
        """Play a case; raises EngineLeft where that came to nothing because the engine went."""
        try:
            observation = _play(case, lab, self._known_hosts)
            if observation.inconclusive:
                self._pool.confirm(lab)
        except EngineLeft:
            raise
        except BaseException as error:
            self._pool.confirm(lab)
            future.set_exception(error)
        else:
            future.set_result(observation)


class Borrowing:
    """Plays each case on whichever lab is free, for workers that are processes of their own."""

    def __init__(self, pool: Pool, known_hosts: Iterable[str]) -> None:
        self._pool = pool
        self._known_hosts = tuple(known_hosts)

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing: other workers may get the labs first."""

    def observe(self, case: Case) -> Observation:
        """Borrow a lab, play a case on it, and return what it showed."""
        case.scenario.check(self._known_hosts)
        with self._pool.lend(case.scenario.hosts) as lab:
            return _play(case, lab, self._known_hosts)


def _pass_on(group: Future[None], coming: Iterable[Future[Observation]]) -> None:
    """Have the cases of a group that was never played end as the group did."""
    for future in coming:
        if group.cancelled():
            future.cancel()
        elif not future.done():
            future.set_exception(group.exception() or AssertionError("a case was left out"))


def _play(case: Case, lab: RunningLab, known_hosts: Iterable[str]) -> Observation:
    case.scenario.check(known_hosts)
    return observe(lab, case.scenario, case.family, staging=case.staging)
