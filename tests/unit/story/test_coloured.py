"""A program's text in colours: kept from one process to the next, and the same either way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.story.page import coloured as module
from lab.story.page.coloured import coloured, keep_coloured

PROGRAM = 'import socket\n\nprint("<script>")  # é\n'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = [*module._kept]
    keep_coloured(tmp_path)
    yield tmp_path
    module._kept[:] = before


def test_what_is_kept_is_what_is_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = coloured(PROGRAM, "python")
    assert "&lt;script&gt;" in made
    assert len([*folder.iterdir()]) == 1
    monkeypatch.setattr(module, "_made", lambda *_: "made anew")
    assert coloured(PROGRAM, "python") == made
    assert coloured(PROGRAM + "x = 1\n", "python") == "made anew"
    assert coloured(PROGRAM, "c") == "made anew"


def test_a_language_that_nobody_knows_has_no_colours(folder: Path) -> None:
    assert coloured("a < b\n", "no such language") == "a &lt; b\n"
    assert coloured("a < b\n", "console") == "a &lt; b\n"


def test_what_cannot_be_kept_or_read_is_made(folder: Path) -> None:
    made = coloured(PROGRAM, "python")
    (kept,) = folder.iterdir()
    kept.write_bytes(b"\xff")
    assert coloured(PROGRAM, "python") == made
    keep_coloured(folder / "not there")
    assert coloured(PROGRAM, "python") == made


def test_no_more_is_kept_than_some(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    for number in range(7):
        coloured(f"x = {number}\n", "python")
        assert len([*folder.iterdir()]) <= 3
