"""Which of a student's files stand instead of which of the scenario's: known names only."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.errors import UsageError
from lab.scenario.program import Command, Program
from lab.scenario.scenario import Scenario
from lab.suite.grading.submission import Submission, due, maps, read, read_all

WANTED = ("server.py", "client.py")


def folder(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}")
    return root


def test_known_names_are_taken_wherever_they_lie_and_no_others(tmp_path: Path) -> None:
    made = folder(tmp_path / "ann", "src/server.py", "src/client.py", "scenario.py", "breaks.py")
    found = read(made, WANTED, [])
    assert found.name == "ann"
    assert dict(found.files) == {
        "server.py": b"# src/server.py",
        "client.py": b"# src/client.py",
    }
    assert not found.problem


def test_the_highest_file_of_a_name_is_taken_and_two_alike_are_a_problem(tmp_path: Path) -> None:
    made = folder(tmp_path / "ann", "server.py", "old/server.py", "client.py")
    assert read(made, WANTED, []).files["server.py"] == b"# server.py"
    made = folder(tmp_path / "bob", "a/server.py", "b/server.py", "client.py")
    assert (
        read(made, WANTED, []).problem == "a/server.py and b/server.py could each be its server.py"
    )


def test_what_is_missing_is_a_problem_of_this_submission_only(tmp_path: Path) -> None:
    folder(tmp_path / "ann", "server.py", "client.py")
    folder(tmp_path / "bob", "server.py")
    (tmp_path / "eve").mkdir()
    (tmp_path / "nobody").symlink_to(tmp_path / "gone")
    found = read_all([tmp_path / name for name in ("ann", "bob", "eve", "nobody")], WANTED, [])
    assert [each.problem for each in found] == [
        "",
        "client.py is not in it",
        "server.py and client.py are not in it",
        "it is neither a folder nor a file",
    ]


def test_a_link_is_told_as_one_that_is_not_read(tmp_path: Path) -> None:
    """Else a student hears that a file is missing which she sees in her folder."""
    (tmp_path / "server.py").write_text("print(1)")
    (tmp_path / "client.py").symlink_to("server.py")
    assert read(tmp_path, ["server.py", "client.py"], []).problem == (
        "client.py is not in it: client.py is a link, and no link is read, for it may lead"
        " anywhere: hand in the file"
    )
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "client.py").write_text("print(2)")
    assert read(tmp_path, ["server.py", "client.py"], []).problem == ""


def test_nobody_gets_a_mark_for_a_name_that_was_mistyped(tmp_path: Path) -> None:
    folder(tmp_path / "ann", "server.py", "client.py")
    paths = [tmp_path / name for name in ("ann", "an", "bo", "ev", "zo")]
    with pytest.raises(UsageError, match=r"there is no .*/an, .*/bo, .*/ev and 1 more"):
        read_all(paths, WANTED, [])


def test_names_are_mapped(tmp_path: Path) -> None:
    made = folder(tmp_path / "ann", "MyServer.py", "client_final(2).py", "other.py")
    mapping = maps(["MyServer.py=server.py", "client*.py=client.py"], WANTED)
    assert dict(read(made, WANTED, mapping).files) == {
        "server.py": b"# MyServer.py",
        "client.py": b"# client_final(2).py",
    }
    for word in ("a.py=scenario.py", "a.py", "=server.py"):
        with pytest.raises(UsageError, match=r"one of server\.py, client\.py"):
            maps([word], WANTED)


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    for place in ("a", "b"):
        folder(tmp_path / place / "ann", "server.py")
    with pytest.raises(UsageError, match="both called ann"):
        read_all([tmp_path / "a" / "ann", tmp_path / "b" / "ann"], WANTED, [])


@pytest.mark.parametrize("name", ["ann", "Zoë Müller", "../up", "", "a b", "a/b", "..", "x" * 200])
def test_the_folder_of_its_results_is_a_plain_name_and_never_another_s(name: str) -> None:
    made = Submission(name).folder
    assert made.replace("-", "a").replace(".", "a").replace("_", "a").isalnum()
    assert made[:1] not in ("-", ".")
    others = {Submission(each).folder for each in ("a b", "a-b", "a/b", "A b")}
    assert len(others) == 4


def test_programs_are_due_or_only_what_is_said(tmp_path: Path) -> None:
    folder(tmp_path, "server.py", "client.py", "common.py", "scenario.py")
    scenario = Scenario(server=Program("server.py"), client=[Program("client.py"), Command("ping")])
    scenario = scenario.placed(tmp_path)
    assert due(scenario, ()) == WANTED
    assert due(scenario, ["client.py"]) == ("client.py",)
    with pytest.raises(UsageError, match=r"no file 'scenario\.py'"):
        due(scenario, ["scenario.py"])


def test_a_changed_submission_has_another_digest() -> None:
    made = [Submission("ann", {"a": b"1"}), Submission("ann", {"a": b"2"}), Submission("bob")]
    assert len({each.digest for each in made}) == 3
    assert Submission("ann", {"a": b"1"}).digest == made[0].digest
