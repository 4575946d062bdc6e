"""Routes by hand and by daemons: the course in examples/routing, played and proved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import ledger
import pytest
from lab_clone import ROOT, Clone

from lab.hosts.docker.compose.identity import project_of

WITHIN = 900.0
DOCUMENT = ROOT / "docs" / "topologies.md"
LEFT = shutil.ignore_patterns("out", ".cache", ".env", "__pycache__")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a copy of the course, and take it down."""
    root: Path = tmp_path_factory.mktemp("course") / "routing"
    shutil.copytree(ROOT / "examples" / "routing", root, ignore=LEFT)
    ledger.enter(project_of(root), root)
    made = Clone(root, {"PYTHONPATH": str(ROOT)})
    yield made
    made.take_down()


def test_its_map_stands_in_the_document(course: Clone) -> None:
    assert course.lab("map").stdout in DOCUMENT.read_text(encoding="utf-8")


def test_a_conversation_takes_another_way_by_routes_that_are_set_by_hand(course: Clone) -> None:
    said = course.lab("run", "static_routes", within=WITHIN)
    assert said.status == 0, said.text
    assert "✔ 2 of 2 runs hold" in said.stdout


@pytest.mark.large
def test_a_conversation_survives_a_link_that_goes_down(course: Clone) -> None:
    said = course.lab("run", within=WITHIN)
    assert said.status == 0, said.text
    assert "✔ 4 of 4 runs hold" in said.stdout


@pytest.mark.large
@pytest.mark.parametrize("scenario", ["static_routes", "routing_daemon"])
def test_each_expectation_can_fail(course: Clone, scenario: str) -> None:
    said = course.lab("prove", scenario, within=WITHIN)
    assert said.status == 0, said.text


@pytest.mark.large
@pytest.mark.parametrize("protocol", ["rip", "bgp"])
def test_another_protocol_tells_the_same_story(course: Clone, protocol: str) -> None:
    name = f"by_{protocol}"
    folder = course.root / "scenarios" / name
    shutil.copytree(course.root / "scenarios" / "routing_daemon", folder)
    course.edit(f"scenarios/{name}/scenario.py", 'PROTOCOL = "ospf"', f'PROTOCOL = "{protocol}"')
    said = course.lab("run", name, within=WITHIN)
    shutil.rmtree(folder)
    assert said.status == 0, said.text
