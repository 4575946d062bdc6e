"""The code is the house that docs/architecture.md draws: rooms, arrows down, small modules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from places import ROOT

LAB = ROOT / "lab"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MOST_LINES = 250


def rooms() -> set[str]:
    """Return the folders of the lab that hold code."""
    return {path.parent.name for path in LAB.glob("*/__init__.py")}


def test_the_page_has_a_row_for_each_room_and_no_other() -> None:
    table = PAGE.partition("| room |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE)) == sorted(rooms())


def test_the_drawing_shows_each_room() -> None:
    drawing = PAGE.partition("arrows down only\n")[2].partition("| room |")[0]
    assert rooms() <= set(re.findall(r"\w+", drawing))


def test_the_tests_of_the_rooms_lie_in_folders_of_the_same_names() -> None:
    folders = {path.parent.name for path in (ROOT / "tests" / "unit").glob("*/test_*.py")}
    assert folders - {"images"} == rooms()


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(\w+/[\w/]+)`", PAGE))))
def test_what_the_page_names_is_there(named: str) -> None:
    places = [ROOT / named, LAB / named, LAB / f"{named}.py"]
    assert any(place.exists() for place in places)


def test_no_module_is_too_large_to_have_one_responsibility() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in LAB.rglob("*.py")}
    assert {path.name: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_no_modules_import_each_other_in_a_circle_not_even_late_or_for_types() -> None:
    graph = grimp.build_graph("lab", exclude_type_checking_imports=False, cache_dir=None)
    modules = graph.modules - {"lab"}
    arrows = {each: graph.find_modules_directly_imported_by(each) - {"lab"} for each in modules}
    TopologicalSorter(arrows).prepare()


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[], str]:
    """Give what checks the import contracts of a copy of the lab, and its complaints."""
    shutil.copytree(LAB, tmp_path / "lab", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def check() -> str:
        linter = Path(sys.executable).with_name("lint-imports")
        done = subprocess.run(
            [linter, "--config", "pyproject.toml", "--no-cache"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return "" if done.returncode == 0 else done.stdout

    return check


def test_the_contracts_hold(checked: Callable[[], str]) -> None:
    assert checked() == ""


def test_a_folder_without_a_place_in_the_order_is_an_error(
    checked: Callable[[], str], tmp_path: Path
) -> None:
    (tmp_path / "lab" / "attic").mkdir()
    (tmp_path / "lab" / "attic" / "__init__.py").write_text('"""Whatever."""\n')
    assert "attic" in checked()


def test_an_observation_that_imports_a_story_is_an_error_even_late(
    checked: Callable[[], str], tmp_path: Path
) -> None:
    with (tmp_path / "lab" / "observation" / "run.py").open("a") as file:
        file.write("\n\ndef late() -> None:\n    from lab.story import text\n")
    assert "lab.observation is not allowed to import lab.story" in checked()
