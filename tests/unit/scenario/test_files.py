"""What of a scenario's folder its hosts get to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.errors import ScenarioInvalid
from lab.scenario.files import files_of


def test_hosts_get_the_programs_and_not_the_teacher_s_side(tmp_path: Path) -> None:
    for name in ("client.py", "scenario.py", "breaks.py", "README.md", ".hidden", "__init__.py"):
        (tmp_path / name).write_text(name)
    assert files_of(tmp_path) == {"client.py": b"client.py"}


def test_folders_are_kept_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for folder in ("www/img", "__pycache__", ".git"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a b.bin").write_bytes(b"\0\xff")
    assert files_of(tmp_path) == {"www/img/a b.bin": b"\0\xff"}


def test_an_empty_folder_has_nothing_to_give(tmp_path: Path) -> None:
    assert files_of(tmp_path) == {}


def test_files_larger_than_a_lesson_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ScenarioInvalid, match="1048576 MB, and at most 8 MB are allowed"):
        files_of(tmp_path)
