"""The limits that an engine does not keep are found in what a host, or the engine, tells."""

from __future__ import annotations

import pytest

from lab.runner import limits
from lab.runner.check import State

PLACES = "\n".join(f"{place} rw,size=65536k,nr_inodes=8192" for place in limits.PLACES)
KEPT = f"memory 536870912\nprocesses 512\nopen-files 4096\n/dev rw,nosuid\n{PLACES}\n"


def test_a_host_with_all_limits_lacks_none() -> None:
    assert limits.unlimited(KEPT) == []
    check = limits.judged([])
    assert check.state is State.OK
    assert not check.advice


@pytest.mark.parametrize(
    ("kept", "instead", "missing"),
    [
        ("memory 536870912", "memory max", "memory"),
        ("memory 536870912", "memory 9223372036854771712", "memory"),
        ("memory 536870912", "memory ", "memory"),
        ("processes 512", "processes max", "processes"),
        ("processes 512\n", "", "processes"),
        ("open-files 4096", "open-files unlimited", "open files"),
        ("open-files 4096", "open-files 20000", "open files"),
    ],
)
def test_a_limit_that_is_not_there_is_missing(kept: str, instead: str, missing: str) -> None:
    assert kept in KEPT
    assert limits.unlimited(KEPT.replace(kept, instead)) == [missing]


def test_places_without_a_limit_of_files_or_bytes_are_named() -> None:
    podman = KEPT.replace(",nr_inodes=8192", "")
    assert limits.unlimited(podman) == [f"files in {' '.join(limits.PLACES)}"]
    lines = [line for line in KEPT.splitlines() if not line.startswith("/tmp")]
    assert limits.unlimited("\n".join(lines)) == ["bytes in /tmp", "files in /tmp"]


def test_an_engine_tells_which_limits_it_has_not() -> None:
    assert limits.told({"MemoryLimit": False, "PidsLimit": False}) == ["memory", "processes"]
    assert limits.told({"MemoryLimit": True, "PidsLimit": True}) == []
    assert limits.told({}) == []
    podman = {"MemoryLimit": True, "SecurityOptions": ["name=rootless"], "CgroupVersion": "1"}
    assert limits.told(podman) == ["memory", "processes"]
    assert limits.told({**podman, "CgroupVersion": "2"}) == []


def test_what_has_no_limit_is_told_with_what_that_costs() -> None:
    check = limits.judged(["memory", "processes"])
    assert check.state is State.WARN
    assert "no limit of memory, processes: a program" in check.seen
    assert check.advice
