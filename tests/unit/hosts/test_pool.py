"""Several labs of one clone: which are its, what each is called, and who takes which job."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import cast

import pytest
from places import ROOT

from lab.errors import EngineUnavailable
from lab.hosts.background import begin
from lab.hosts.board import Board, is_dear
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.identity import Identity, project_of
from lab.hosts.docker.compose.labs import numbered
from lab.hosts.engines import EngineLeft
from lab.hosts.pool import to_try
from lab.hosts.running_lab import RunningLab
from lab.hosts.task import TRIES, Task

HOSTS = ComposeFile(ROOT).topology({}).hosts


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMPOSE_PROJECT_NAME", "LAB_PREFIX", "LAB_PREFIX6"):
        monkeypatch.delenv(name, raising=False)


def board(*jobs: str, labs: tuple[int, ...] = (1, 2)) -> Board[str]:
    """Return a board of these jobs; those in capitals are dear."""
    return Board([(job, job.isupper()) for job in jobs], labs)


def taken(lab: int, on: Board[str]) -> list[str]:
    """Return what a lab takes that is alone at the board."""
    found = []
    while job := on.take(lab):
        found.append(job)
    return found


@pytest.mark.parametrize(
    ("hosts", "dear"),
    [
        (["client", "server"], False),
        (["client", "router", "router2", "remote"], False),
        (["inside", "nat", "server"], False),
        (["client", "web"], True),
        (["browser", "app"], False),
        (["app", "cache"], True),
        (["client", "nosuch"], False),
    ],
)
def test_hosts_with_daemons_are_dear_and_others_are_not(hosts: list[str], dear: bool) -> None:
    assert is_dear(hosts, HOSTS) is dear


def test_the_first_lab_takes_dear_jobs_before_the_others_in_their_order() -> None:
    assert taken(1, board("a", "B", "c", "D")) == ["B", "D", "a", "c"]


def test_the_second_lab_takes_dear_jobs_from_their_end_where_nothing_else_is_left() -> None:
    assert taken(2, board("a", "B", "c", "D")) == ["a", "c", "D", "B"]


def test_the_second_lab_takes_dear_jobs_first_where_they_are_too_many_for_the_first() -> None:
    lengths = {"a": 30, "B": 20, "c": 30, "D": 60, "E": 10, "f": 30}
    jobs = Board([(job, job.isupper()) for job in lengths], (1, 2, 3), 1, lengths.__getitem__)
    assert [jobs.take(lab) for lab in (1, 2, 3)] == ["D", "B", "a"]
    jobs.done("B")
    assert jobs.take(2) == "E"  # 70 of 160 are more than a third
    jobs.done("D")
    jobs.done("E")
    assert taken(2, jobs) == ["c", "f"]


def test_the_second_lab_leaves_dear_jobs_to_the_first_where_that_has_time_for_them() -> None:
    lengths = {"a": 30, "B": 20, "c": 30, "D": 10}
    jobs = Board([(job, job.isupper()) for job in lengths], (1, 2, 3), 1, lengths.__getitem__)
    assert taken(2, jobs) == ["a", "c", "D", "B"]


def test_further_labs_leave_dear_jobs_alone() -> None:
    jobs = board("a", "B", "c", labs=(1, 2, 3))
    assert taken(3, jobs) == ["a", "c"]
    assert taken(1, jobs) == ["B"]


def test_where_the_first_lab_cannot_be_had_the_second_does_its_jobs() -> None:
    jobs = board("a", "B", "c")
    assert jobs.leave(1) == []
    assert taken(2, jobs) == ["a", "c", "B"]


def test_where_no_lab_is_left_for_dear_jobs_the_others_go_on() -> None:
    jobs = board("a", "B", "c", labs=(1, 2, 3))
    assert jobs.leave(1) == []
    assert jobs.leave(2) == ["B"]
    assert taken(3, jobs) == ["a", "c"]


def test_where_no_lab_can_be_had_nothing_waits_any_more() -> None:
    jobs = board("a", "B", "c")
    assert jobs.leave(2) == []
    assert jobs.leave(1) == ["a", "B", "c"]
    assert jobs.clear() == []


def test_jobs_that_are_equal_are_each_taken_once() -> None:
    assert taken(2, board("a", "a")) == ["a", "a"]


def test_of_several_engines_the_first_lab_of_each_takes_dear_jobs_first() -> None:
    jobs = Board([("a", False), ("B", True), ("c", False), ("D", True)], (1, 2, 3), engines=2)
    assert [jobs.take(lab) for lab in (1, 2, 3)] == ["B", "D", "a"]


def test_a_job_that_is_given_back_is_the_next_to_be_taken_by_whoever_is_there() -> None:
    jobs = board("a", "b")
    assert jobs.take(1) == "a"
    jobs.give_back("a")
    assert taken(2, jobs) == ["a", "b"]


def test_a_lab_without_jobs_waits_for_one_that_another_lab_gives_back() -> None:
    jobs = board("a")
    assert jobs.take(1) == "a"
    waiting = begin("lab 2", lambda: (jobs.wait(2), jobs.take(2)))
    assert jobs.is_open()
    jobs.give_back("a")
    assert waiting.result(20) == (True, "a")


def test_a_lab_without_jobs_waits_no_more_when_all_are_done() -> None:
    jobs = board("a")
    assert jobs.take(1) == "a"
    waiting = begin("lab 2", lambda: jobs.wait(2))
    jobs.done("a")
    assert waiting.result(20) is False
    assert not jobs.is_open()


def test_a_job_under_which_engines_go_away_each_time_is_given_up() -> None:
    def do(_: RunningLab) -> None:
        raise EngineLeft("playing on the engine server2", "it went away")

    task = Task((), do, Future())
    jobs = Board([(task, False)], (1, 2))
    tries = 0
    while tries <= TRIES and (found := jobs.take(1)):
        tries += 1
        with pytest.raises(EngineLeft):
            found.attempt(jobs, cast(RunningLab, None))
    assert tries == TRIES
    assert not jobs.is_open()
    with pytest.raises(EngineUnavailable, match="3 times an engine went away"):
        task.future.result(0)


def test_a_spare_lab_is_wanted_only_where_a_job_is_given_back() -> None:
    jobs = board("a")
    assert jobs.take(1) == "a"
    spare = begin("spare", jobs.wait_returned)
    jobs.give_back("a")
    assert spare.result(20) is True
    jobs = board("a")
    assert jobs.take(1) == "a"
    spare = begin("spare", jobs.wait_returned)
    jobs.done("a")
    assert spare.result(20) is False


def test_what_is_cleared_is_not_waited_for() -> None:
    jobs = board("a", "b")
    assert jobs.take(1) == "a"
    assert jobs.clear() == ["b"]
    jobs.done("a")
    assert jobs.wait(2) is False


def test_a_lab_on_another_engine_has_settings_and_locks_of_its_own(tmp_path: Path) -> None:
    usual, there = Identity(tmp_path), Identity(tmp_path, 1, "server2")
    assert there.project == usual.project
    assert there.lock("session") == "session-on-server2"
    assert Identity(tmp_path, 2, "server2").lock("session") == "session-2-on-server2"
    there.env.put(there.settings(Prefix("10.90", "fd00:10:90")))
    assert there.kept == Prefix("10.90", "fd00:10:90")
    assert usual.kept is None
    assert usual.kept_by_others() == {}
    beside = Identity(tmp_path, 2, "server2").kept_by_others()
    assert {str(net) for net in beside} == {"10.90.0.0/16", "fd00:10:90::/48"}


def test_a_lab_that_is_open_is_asked_for_before_one_that_is_not() -> None:
    assert to_try(3, set(), dear=False) == [1, 2, 3]
    assert to_try(3, {2}, dear=False) == [2, 1, 3]
    assert to_try(3, {2, 3}, dear=True) == [1]


def test_the_first_lab_is_called_and_kept_as_the_only_one_was(tmp_path: Path) -> None:
    first, third = Identity(tmp_path), Identity(tmp_path, 3)
    assert first.project == project_of(tmp_path)
    assert first.lock("session") == "session"
    assert third.project == f"{first.project}-3"
    assert third.lock("session") == "session-3"
    third.env.put({"LAB_PREFIX": "10.9"})
    assert not (tmp_path / ".env").exists()


def test_the_addresses_of_the_other_labs_are_taken_also_while_they_are_down(
    tmp_path: Path,
) -> None:
    first, second = Identity(tmp_path), Identity(tmp_path, 2)
    for each, octet in ((first, 90), (second, 91)):
        prefix = {"LAB_PREFIX": f"10.{octet}", "LAB_PREFIX6": f"fd00:10:{octet}"}
        each.env.put({"COMPOSE_PROJECT_NAME": each.project, **prefix})
    assert {str(net) for net in first.kept_by_others()} == {"10.91.0.0/16", "fd00:10:91::/48"}
    assert {str(net) for net in second.kept_by_others()} == {"10.90.0.0/16", "fd00:10:90::/48"}


def test_the_addresses_that_the_user_asks_for_are_the_first_labs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_PREFIX", "10.9")
    asked = Identity(tmp_path).asked
    assert asked is not None
    assert asked.ipv4 == "10.9"
    assert Identity(tmp_path, 2).asked is None


def test_the_labs_of_a_clone_are_told_from_those_with_longer_names() -> None:
    names = ["lab", "lab-2", "lab-12", "lab-two", "lab-0", "lab-2-3", "alab-4", "labor", ""]
    assert numbered("lab", names) == [1, 2, 12]
