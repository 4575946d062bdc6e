"""The map of the course is made from the scenarios, and every scenario has its place in it."""

import re

import pytest
from places import ROOT

from lab import Scenario
from lab.scenario import catalogue, course
from lab.story import readme as lesson

SCENARIOS = catalogue.select(ROOT / "scenarios", [])


def test_the_page_of_the_course_is_what_the_scenarios_say() -> None:
    page = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    assert page == course.render(SCENARIOS), "lab list --course > docs/course.md"


def test_every_scenario_has_its_place_in_the_order_part_by_part() -> None:
    parts = {one.name: one.part for one in SCENARIOS}
    assert sorted(course.ORDER) == sorted(parts)
    assert [parts[name] for name in course.ORDER] == sorted(parts.values())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_scenario_has_its_place_in_the_course(scenario: Scenario) -> None:
    assert scenario.part in course.PARTS
    assert set(scenario.lectures) <= set(course.LECTURES)
    assert 0 < len(scenario.summary) <= 52, "lab list shows it whole at 80 columns"
    assert not re.search(r"[:.;]", scenario.summary), "a short title, not two parts or a paragraph"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_scenario_is_a_lesson_with_a_story_and_three_questions(
    scenario: Scenario,
) -> None:
    readme = (scenario.folder / "README.md").read_text(encoding="utf-8")
    assert lesson.blocks(readme), "no block that a run fills"
    assert readme.count("<details>") >= 3
    assert f"make scenario NAME={scenario.name}" in readme


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_scenario_carries_the_ways_to_break_it(scenario: Scenario) -> None:
    assert (scenario.folder / "breaks.py").is_file()
