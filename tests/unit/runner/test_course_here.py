"""What of the course works here follows from the doctor's checks, each time with the reason."""

from __future__ import annotations

import pytest

from lab.runner import course_here
from lab.runner.check import Check, State
from lab.scenario.course import PARTS

NAMES = (
    *("engine", "docker command", "compose", "IPv6", "bridges", "capture", "faults"),
    *("closed hosts", "limits", "machine"),
)


def checks(**states: State) -> list[Check]:
    """Return good checks, but for those named (with _ for a blank)."""
    by_name = {name.replace("_", " "): state for name, state in states.items()}
    return [Check(name, by_name.get(name, State.OK), "seen") for name in NAMES]


def amiss(rows: list[course_here.Row]) -> dict[str, str]:
    return {row.what.split(",")[0]: row.why for row in rows if row.works is not State.OK}


def test_all_works_where_all_is_well() -> None:
    rows = course_here.table(checks(), is_podman=False, version=(20, 10))
    assert amiss(rows) == {}
    assert len(rows) == len(PARTS) + 5
    assert not any(row.why for row in rows)


@pytest.mark.parametrize("name", course_here.NEEDED)
def test_nothing_works_without_what_every_scenario_needs(name: str) -> None:
    failed = [Check(each, State.FAIL if each == name else State.OK, "seen") for each in NAMES]
    (row,) = course_here.table(failed, is_podman=False, version=(28, 5))
    assert row.works is State.FAIL
    assert name in row.why


@pytest.mark.parametrize(
    ("is_podman", "version", "parts"),
    [
        (False, (20, 10, 24), set()),
        (False, (26, 1, 5), set()),
        (False, (27, 0), {"part C"}),
        (False, (28, 5, 2), {"part C"}),
        (True, (5, 4, 2), {"part C", "part F"}),
    ],
)
def test_what_a_firewall_on_the_bridges_costs_depends_on_the_engine(
    is_podman: bool, version: tuple[int, ...], parts: set[str]
) -> None:
    rows = course_here.table(checks(bridges=State.WARN), is_podman, version)
    assert set(amiss(rows)) == parts


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ("faults", "faults"),
        ("capture", "captures"),
        ("closed_hosts", "no way out"),
        ("limits", "limits of programs"),
        ("machine", "no word to the machine"),
    ],
)
def test_what_several_parts_use_is_told_by_itself(check: str, what: str) -> None:
    rows = course_here.table(checks(**{check: State.WARN}), is_podman=False, version=(28,))
    assert list(amiss(rows)) == [what]
    assert amiss(rows)[what]


def test_of_two_engines_the_worse_one_counts() -> None:
    worse = Check("limits", State.WARN, "second: there is no limit of memory")
    for found in ([*checks(), worse], [worse, *checks()]):
        rows = course_here.table(found, is_podman=False, version=(20, 10))
        assert amiss(rows) == {"limits of programs": "some are not kept: see limits"}
