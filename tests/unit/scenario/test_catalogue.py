"""Scenarios are found by their folders, chosen by words, and told apart from what is none."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.errors import ScenarioInvalid, UnknownName, UsageError
from lab.scenario import catalogue

GOOD = '"""Hello: a client greets.\n\nAt length."""\nfrom lab import Command, Scenario\n'
GOOD += "scenario = Scenario(client=Command('true'), part={part!r}, lectures={lectures})\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a folder of three scenarios, a folder that is none, and a file."""
    scenarios = tmp_path / "scenarios"
    for name, part, lectures in (("hello", "B", [1]), ("ping", "A", [1, 4]), ("own", "", [])):
        write(scenarios / name, GOOD.format(part=part, lectures=lectures))
    (scenarios / "notes").mkdir()
    (scenarios / "scenario.py").touch()
    return scenarios


def write(folder: Path, text: str, file: str = "scenario.py") -> Path:
    """Write a file of a scenario's folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    return folder


def names(root: Path, *words: str) -> list[str]:
    """Return the names of the scenarios that these words select."""
    return [scenario.name for scenario in catalogue.select(root, words)]


def test_a_scenario_is_a_folder_with_a_scenario_py_by_name(root: Path) -> None:
    assert [folder.name for folder in catalogue.folders(root)] == ["hello", "own", "ping"]


def test_where_there_is_no_folder_of_scenarios_there_are_none(tmp_path: Path) -> None:
    assert catalogue.folders(tmp_path / "nowhere") == []


def test_no_word_selects_all(root: Path) -> None:
    assert names(root) == ["hello", "own", "ping"]


def test_words_select_by_name_part_and_lecture_each_scenario_once(root: Path) -> None:
    assert names(root, "ping", "hello") == ["ping", "hello"]
    assert names(root, "part:b") == ["hello"]
    assert names(root, "lecture:1") == ["hello", "ping"]
    assert names(root, "lecture:4", "ping", "part:A") == ["ping"]


def test_a_scenario_knows_its_folder_and_the_first_line_of_its_docstring(root: Path) -> None:
    scenario = catalogue.load(root / "hello")
    assert (scenario.name, scenario.folder) == ("hello", root / "hello")
    assert scenario.summary == "Hello: a client greets."


def test_an_unknown_name_is_told_with_the_nearest_known_one(root: Path) -> None:
    with pytest.raises(UnknownName, match=r"'pinng'.*\nTry: did you mean ping\?"):
        catalogue.find(root, "pinng")
    with pytest.raises(UnknownName, match="Try: lab list"):
        catalogue.find(root, "quite_another")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("part:Z", "no scenario has it\nTry: part: one of A, B$"),
        ("lecture:9", "no scenario has it\nTry: lecture: one of 1, 4$"),
        ("color:red", "there is no kind 'color'\nTry: part:B or lecture:8 or a name$"),
    ],
)
def test_a_word_that_selects_nothing_is_told_with_what_would(
    root: Path, word: str, told: str
) -> None:
    with pytest.raises(UnknownName, match=told):
        names(root, word)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\n", "it defines no `scenario`"),
        ("scenario = 1\n", "its `scenario` is no Scenario"),
        ("\ndef (:\n", r"scenario\.py, line 2: invalid syntax"),
        ("\n\nimport no_such_module_at_all\n", r"scenario\.py, line 3: ModuleNotFoundError"),
        ("raise SystemExit(0)\n", r"line 1: SystemExit: 0"),
        ("from lab import Scenario\nscenario = Scenario()\n", "making a scenario: it names no"),
        ("1 / 0\n", "line 1: ZeroDivisionError.*\nTry: correct the file"),
        ("def it():\n    1 / 0\n\n\nit()\n", "line 2: ZeroDivisionError"),
        ("\0", "null bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ScenarioInvalid, match=told):
        catalogue.load(write(tmp_path / "mine", text))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", "")
    (folder / "scenario.py").write_bytes(b"word = '\xff\xfe'\n")
    with pytest.raises(ScenarioInvalid, match=r"importing .*scenario\.py"):
        catalogue.load(folder)


def test_a_file_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match="there is no such file"):
        catalogue.module_of(tmp_path / "breaks.py")


def test_an_error_of_a_module_that_it_imports_is_told_with_the_line_that_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "def it():\n    raise ValueError('deep down')\n", "helper_of_mine.py")
    monkeypatch.syspath_prepend(tmp_path)
    folder = write(tmp_path / "mine", "import helper_of_mine\n\nhelper_of_mine.it()\n")
    with pytest.raises(ScenarioInvalid, match=r"scenario\.py, line 3: ValueError: deep down"):
        catalogue.load(folder)


def test_expectations_are_functions_named_test_in_their_order(tmp_path: Path) -> None:
    text = "def test_b(o): ...\ntest_data = 5\ndef helper(): ...\ndef test_a(o): ...\n"
    module = catalogue.module_of(write(tmp_path / "mine", text) / "scenario.py")
    assert catalogue.expectations(module) == ["test_b", "test_a"]


def test_two_folders_do_not_share_a_module(root: Path) -> None:
    first = catalogue.module_of(root / "hello" / "scenario.py")
    second = catalogue.module_of(root / "ping" / "scenario.py")
    assert first.scenario.part == "B"
    assert second.scenario.part == "A"
    assert sys.modules[first.__name__] is first
    assert sys.modules[second.__name__] is second


def test_a_step_that_fails_is_told_with_its_line_and_its_words(tmp_path: Path) -> None:
    path = tmp_path / catalogue.FILE
    path.write_text(
        "def steps(lab):\n    helper(lab)\n\n\ndef helper(lab):\n    assert lab.wait()\n"
    )
    code = compile(path.read_text(), str(path), "exec")
    for said, told in (("", "it does not hold"), ("assert 4 == 3\n + where", "assert 4 == 3")):
        names: dict[str, Any] = {}
        exec(code, names)

        def wait(said: str = said) -> None:
            raise AssertionError(said)

        with pytest.raises(AssertionError) as raised:
            names["steps"](SimpleNamespace(wait=wait))
        assert catalogue.failed_step(raised.value, path) == (
            f"scenario.py, line 6, assert lab.wait(): {told}"
        )
        assert catalogue.failed_step(raised.value, tmp_path / "other.py") == told


@pytest.mark.parametrize("end", ["", "/", "/scenario.py"])
def test_a_path_selects_the_scenario_that_lies_there(root: Path, tmp_path: Path, end: str) -> None:
    there = write(tmp_path / "mine" / "greeting", GOOD.format(part="", lectures=[]))
    (scenario,) = catalogue.select(root, [f"{there}{end}"])
    assert (scenario.name, scenario.folder) == ("greeting", there)
    (known,) = catalogue.select(root, [f"{root}/hello{end}"])
    assert known.folder == root / "hello"


def test_a_path_from_the_working_folder_selects_as_well(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "hello")
    assert names(root, ".", "../ping") == ["hello", "ping"]


def test_the_path_of_a_folder_of_scenarios_or_of_a_course_selects_all_of_them(root: Path) -> None:
    (root / "scenario.py").unlink()
    assert names(root, str(root)) == ["hello", "own", "ping"]
    assert names(root, str(root.parent)) == ["hello", "own", "ping"]


def test_a_path_without_a_scenario_is_told(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"notes: it has no scenario\.py\nTry: lab new"):
        catalogue.select(root, [str(root / "notes")])
    with pytest.raises(UnknownName, match="nowhere: there is no such folder"):
        catalogue.select(root, [str(tmp_path / "nowhere")])


def test_two_scenarios_of_one_name_are_refused_since_results_are_kept_by_name(
    root: Path, tmp_path: Path
) -> None:
    one, other = (
        write(tmp_path / where / "new", GOOD.format(part="", lectures=[])) for where in "ab"
    )
    with pytest.raises(UsageError, match="new has the same name"):
        catalogue.select(root, [str(one), str(other)])
    mine = write(tmp_path / "a" / "hello", GOOD.format(part="", lectures=[]))
    with pytest.raises(UsageError, match=r"the same name.*\nTry: mv .*/my_hello"):
        catalogue.select(root, [str(mine)])
