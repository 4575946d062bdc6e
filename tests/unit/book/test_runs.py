"""The runs that a book is made of: there, of today's files and lab, and holding."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from played import START_NS
from stored_course import NAMES, course, observed, store

from lab.book.runs import kept
from lab.clone import Clone
from lab.errors import CouldNotJudge
from lab.observation.verdict import Outcome, Verdict
from lab.scenario import catalogue


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return course(tmp_path)


def refused(clone: Clone) -> str:
    """Return what is said of a book that is not made."""
    with pytest.raises(CouldNotJudge) as error:
        kept(clone, catalogue.select(clone.scenarios, []))
    return str(error.value)


def test_runs_of_todays_files_are_kept(clone: Clone) -> None:
    found = kept(clone, catalogue.select(clone.scenarios, []))
    assert [each.scenario.name for each in found] == list(NAMES)
    assert [len(each.runs) for each in found] == [2, 2]
    assert [each.proof for each in found] == [None, None]


def test_a_run_that_is_missing_is_named_with_what_to_do(clone: Clone) -> None:
    shutil.rmtree(clone.results("tcp_connect", "ipv6"))
    told = refused(clone)
    assert "tcp_connect over IPv6: no run is kept" in told
    assert "Try: lab run tcp_connect, then make book again" in told


@pytest.mark.parametrize("name", ["server.py", "scenario.py"])
def test_a_run_older_than_a_file_of_its_scenario_is_stale(clone: Clone, name: str) -> None:
    os.utime(clone.scenarios / "tcp_connect" / name, ns=(0, START_NS + 1))
    assert "tcp_connect over IPv4: its files have changed since" in refused(clone)


@pytest.mark.parametrize("name", ["README.md", "breaks.py"])
def test_what_a_run_is_not_made_of_makes_none_stale(clone: Clone, name: str) -> None:
    os.utime(clone.scenarios / "tcp_connect" / name, ns=(0, START_NS + 1))
    kept(clone, catalogue.select(clone.scenarios, []))


def test_a_run_by_another_version_of_the_lab_is_stale(clone: Clone) -> None:
    store(clone, replace(observed("udp_datagrams"), versions={"Lab": "0.0.1"}))
    assert "udp_datagrams over IPv4: it was made by version 0.0.1 of the lab" in refused(clone)


@pytest.mark.parametrize("verdicts", [(), (Verdict("test_it", Outcome.FAILS),)])
def test_a_run_that_does_not_hold_makes_no_picture(
    clone: Clone, verdicts: tuple[Verdict, ...]
) -> None:
    store(clone, observed("udp_datagrams"), verdicts)
    assert "udp_datagrams over IPv4: of what is expected of it" in refused(clone)


def test_a_broken_record_is_no_run(clone: Clone) -> None:
    (clone.results("tcp_connect", "ipv4") / "observation.json").write_text("{")
    assert "tcp_connect over IPv4: no run is kept" in refused(clone)
