"""Several labs at once: what one case leaves behind is where the cases after it are played."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from played import hello

from lab.clone import Clone
from lab.errors import HostUnavailable
from lab.hosts.background import fulfil
from lab.hosts.engines import EngineLeft
from lab.hosts.pool import Pool
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.scenario.program import Command
from lab.scenario.scenario import Scenario
from lab.suite import players
from lab.suite.judging import AFTER, Case
from lab.suite.lengths import UNKNOWN, Lengths
from lab.suite.players import OnPool
from lab.wire.address import Family

HOSTS = ("client",)


class FakePool:
    """Gives each job the next of its labs, and does it at once, or fails it as a lab does."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.ends = False
        self.left: set[int] = set()
        self.lengths: list[float] = []
        self._error = error

    def confirm(self, lab: Any) -> None:
        """Raise what a pool raises whose engine went away from under the lab."""
        if lab in self.left:
            raise EngineLeft(f"playing on lab {lab}", "it went away")

    def spread(
        self,
        jobs: Iterable[Any],
        hosts_of: Callable[[Any], Iterable[str]],
        work: Callable[[Any, RunningLab], Any],
        length_of: Callable[[Any], float],
    ) -> list[Future[Any]]:
        """Do the jobs."""
        futures = []
        jobs = list(jobs)
        self.lengths = [length_of(job) for job in jobs]
        for number, job in enumerate(jobs, start=1):
            assert list(hosts_of(job)) == list(HOSTS)
            future: Future[Any] = Future()
            if self._error:
                future.set_exception(self._error)
            else:
                try:
                    future.set_result(work(job, cast(RunningLab, number)))
                except EngineLeft:  # another lab does it again, as in a real pool
                    fulfil(future, partial(work, job, cast(RunningLab, number + 100)))
                except Exception as problem:
                    future.set_exception(problem)
            futures.append(future)
        return futures


def cases() -> list[Case]:
    """Return the cases of the proofs of two scenarios, in the order that pytest asks for them."""
    one, two = (Scenario(client=Command("true")).placed(Path(name)) for name in ("one", "two"))
    return [
        Case(scenario, family, number=number)
        for scenario in (one, two)
        for number in (0, 1, 2, AFTER)
        for family in Family
    ]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, str]]:
    """Give what was played: the lab, the scenario and the case."""
    found: list[tuple[int, str, str]] = []

    def play(case: Case, lab: int, _: object) -> Observation:
        found.append((lab, case.scenario.name, case.id))
        return hello(case.family).observation(case.scenario.name)

    monkeypatch.setattr(players, "_play", play)
    return found


def test_one_lab_plays_a_scenario_over_an_ip_version_in_order(
    played: list[tuple[int, str, str]],
) -> None:
    asked = cases()
    player = OnPool(cast(Pool, FakePool()), HOSTS)
    player.begin(asked)
    for case in asked:
        assert player.observe(case).family is case.family
    assert [name for lab, _, name in played if lab == 2] == [
        "ipv6",
        "ipv6.1",
        "ipv6.2",
        "ipv6.after",
    ]
    assert {(lab, scenario) for lab, scenario, _ in played} == {
        (1, "one"),
        (2, "one"),
        (3, "two"),
        (4, "two"),
    }


@pytest.mark.usefixtures("played")
def test_a_pool_learns_how_long_all_cases_take_that_one_lab_plays() -> None:
    pool = FakePool()
    player = OnPool(
        cast(Pool, pool), HOSTS, length_of=lambda case: 1.0 + (case.family is Family.IPV6)
    )
    player.begin(cases())
    assert pool.lengths == [4.0, 8.0, 4.0, 8.0]


@pytest.mark.parametrize("strange", ["[]", '{"duration": "long"}', f'{{"duration": {10**400}}}'])
def test_a_case_may_take_as_long_as_the_kept_run_of_its_scenario(
    tmp_path: Path, strange: str
) -> None:
    clone, asked = Clone(tmp_path), cases()
    for family, text in ((Family.IPV4, '{"duration": 7.5}'), (Family.IPV6, strange)):
        folder = clone.results("one", family.value)
        folder.mkdir(parents=True)
        (folder / store.CARD).write_text(text)
    lengths = Lengths(clone)
    assert [lengths.of(case) for case in asked[:2]] == [7.5, UNKNOWN]
    assert lengths.of(asked[-1]) == UNKNOWN


def test_where_an_engine_goes_another_plays_the_rest_and_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[int, str]] = []

    def play(case: Case, lab: int, _: object) -> Observation:
        seen.append((lab, case.id))
        if lab == 1 and case.number == 1:
            raise HostUnavailable("talking to host client", "it is gone")
        return hello(case.family).observation(case.scenario.name)

    monkeypatch.setattr(players, "_play", play)
    asked, pool = [case for case in cases() if case.family is Family.IPV4][:4], FakePool()
    pool.left = {1}
    player = OnPool(cast(Pool, pool), HOSTS)
    player.begin(asked)
    for case in asked:
        assert player.observe(case).family is Family.IPV4
    again = [(101, case) for case in ("ipv4.1", "ipv4.2", "ipv4.after")]
    assert seen == [(1, "ipv4"), (1, "ipv4.1"), *again]


def test_what_came_to_nothing_is_told_where_the_engine_is_still_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(*_: object) -> Observation:
        raise HostUnavailable("talking to host client", "it is gone")

    monkeypatch.setattr(players, "_play", play)
    asked = cases()
    player = OnPool(cast(Pool, FakePool()), HOSTS)
    player.begin(asked)
    with pytest.raises(HostUnavailable, match="it is gone"):
        player.observe(asked[0])


def test_what_is_inconclusive_since_an_engine_went_is_played_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(case: Case, lab: int, _: object) -> Observation:
        seen = hello(case.family).observation(case.scenario.name)
        return replace(seen, inconclusive=("a host died",)) if lab == 1 else seen

    monkeypatch.setattr(players, "_play", play)
    asked, pool = cases(), FakePool()
    pool.left = {1}
    player = OnPool(cast(Pool, pool), HOSTS)
    player.begin(asked)
    assert player.observe(asked[0]).inconclusive == ()


def test_where_no_lab_comes_up_each_case_says_so() -> None:
    asked = cases()
    player = OnPool(cast(Pool, FakePool(HostUnavailable("a lab", "it is down"))), HOSTS)
    player.begin(asked)
    for case in asked:
        with pytest.raises(HostUnavailable, match="it is down"):
            player.observe(case)


def test_where_the_session_has_ended_nothing_is_begun(
    played: list[tuple[int, str, str]],
) -> None:
    asked, pool = cases(), FakePool()
    pool.ends = True
    player = OnPool(cast(Pool, pool), HOSTS)
    player.begin(asked)
    with pytest.raises(HostUnavailable, match="the session has ended"):
        player.observe(asked[0])
    assert played == []
