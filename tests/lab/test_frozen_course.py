"""A course for an earlier version of the lab works as it did: docs/stability.md."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_clone import ROOT, Clone

FROZEN = sorted((ROOT / "tests").glob("frozen-*"))


@pytest.fixture(params=FROZEN, ids=lambda folder: folder.name)
def course(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clone]:
    """Give a copy of a frozen course."""
    shutil.copytree(request.param, tmp_path / "course")
    made = Clone(tmp_path / "course", {"PYTHONPATH": str(ROOT)})
    yield made
    made.take_down()


def test_a_frozen_course_runs_and_is_proved_as_it_was(course: Clone) -> None:
    said = course.lab("run", "--ipv4", within=600)
    assert said.status == 0, said.text
    said = course.lab("prove", "--ipv4", "--kept", within=600)
    assert said.status == 0, said.text
    assert "all proved" in said.stdout
