"""A program gets the same limits on every engine, by the words that run it."""

from __future__ import annotations

from lab.hosts.agent.limits import words

LIMITS = {"memory": 1000, "cpu": 60, "processes": 256, "file": 2000}


def test_a_student_s_program_has_its_limits_and_the_usual_one_of_open_files() -> None:
    said = words({"user": "student", "limits": LIMITS}, 7)
    for word in ("--data=1000", "--cpu=60", "--nproc=256", "--fsize=2000", "--nofile=1024:"):
        assert word in said
    assert said[-1] == "--"


def test_a_program_that_runs_as_root_has_none() -> None:
    assert words({"user": None, "limits": LIMITS}, 7) == []
