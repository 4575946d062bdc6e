"""The clone is found from any folder of it, from a named one, or from where the lab runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import clone as module
from lab.clone import Clone, here, is_path, of
from lab.errors import UnknownName, UsageError


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a clone, with no other one named."""
    monkeypatch.delenv("SOCKETLAB_ROOT", raising=False)
    root = tmp_path / "my clone"
    (root / "scenarios" / "hello").mkdir(parents=True)
    (root / "compose.yaml").touch()
    return root


def test_the_clone_is_found_from_a_folder_deep_in_it(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone / "scenarios" / "hello")
    assert here() == Clone(clone)


def test_a_named_clone_wins(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOCKETLAB_ROOT", str(clone))
    assert here().root == clone


def test_outside_of_any_clone_it_is_the_one_that_the_lab_runs_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOCKETLAB_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert here().root == Path(module.__file__ or "").parents[1]


def test_where_there_is_none_it_is_said_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCKETLAB_ROOT", str(tmp_path))
    monkeypatch.setattr(module, "__file__", str(tmp_path / "lab" / "clone.py"))
    with pytest.raises(UnknownName, match=rf"neither {tmp_path} nor.*\nTry: .*SOCKETLAB_ROOT"):
        here()


def test_each_run_has_a_folder_of_its_own_for_results(tmp_path: Path) -> None:
    own = Clone(tmp_path)
    assert own.results("hello", "ipv6") == tmp_path / "out" / "hello" / "ipv6"
    assert own.scenarios == tmp_path / "scenarios"


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("echo", False),
        ("part:B", False),
        ("./echo", True),
        ("a/b", True),
        (".", True),
        ("..", True),
    ],
)
def test_a_word_is_a_path_where_it_can_be_no_name(word: str, is_one: bool) -> None:
    assert is_path(word) is is_one


def test_the_clone_that_a_path_lies_in_goes_before_the_one_around(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    (other / "scenarios").mkdir(parents=True)
    (other / "compose.yaml").touch()
    monkeypatch.chdir(other)
    assert of(["hello"]) == Clone(other)
    assert of([str(clone / "scenarios" / "hello")]) == Clone(clone)
    assert of(["hello", "../my clone/scenarios/hello"]) == Clone(clone)
    monkeypatch.chdir(clone / "scenarios" / "hello")
    assert of(["."]) == Clone(clone)


def test_a_path_in_no_clone_and_a_named_clone_leave_the_choice_as_it_is(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone)
    assert of([str(tmp_path / "elsewhere")]) == Clone(clone)
    monkeypatch.setenv("SOCKETLAB_ROOT", str(clone))
    monkeypatch.chdir(tmp_path)
    assert of([str(tmp_path / "elsewhere")]) == Clone(clone)


def test_paths_in_several_clones_are_refused(clone: Path, tmp_path: Path) -> None:
    paths = [str(clone / "scenarios" / "hello"), str(tmp_path / "elsewhere")]
    with pytest.raises(UsageError, match=r"several courses.*my clone.*none\nTry: one command"):
        of(paths)


@pytest.mark.parametrize("needed", [">=0.1", ">=0.1,<99", ""])
def test_a_course_for_this_version_is_used(
    clone: Path, monkeypatch: pytest.MonkeyPatch, needed: str
) -> None:
    monkeypatch.chdir(clone)
    (clone / "pyproject.toml").write_text(f'[tool.socketlab]\nrequires-socketlab = "{needed}"\n')
    assert here() == Clone(clone)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"<0.1"', r"it requires socketlab <0\.1, and this is 0\.\d.*\nTry: pip install"),
        ('"new"', r"reading which lab .*new.*\nTry: requires-socketlab = "),
        ("3", r"reading which lab .*\nTry: requires-socketlab = "),
        ('"', r"reading which lab .*\nTry: requires-socketlab = "),
    ],
)
def test_a_course_for_another_version_is_refused_with_what_to_install(
    clone: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    monkeypatch.chdir(clone)
    (clone / "pyproject.toml").write_text(f"[tool.socketlab]\nrequires-socketlab = {line}\n")
    for choose in (here, lambda: of([str(clone / "scenarios" / "hello")])):
        with pytest.raises(UsageError, match=told):
            choose()
