"""The words of a run: drawn so that no program knows them before, and as long as a lesson's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lab import Family, Program
from lab.scenario import words


def test_words_are_drawn_anew_and_are_as_long_as_a_lesson_s(tmp_path: Path) -> None:
    drawn = [words.draw(tmp_path) for _ in range(200)]
    for each in drawn:
        assert {name: len(word) for name, word in each.items()} == {
            name: len(word) for name, word in {**words.LESSON, **words.PLAIN}.items()
        }
        assert len(set(each.values())) == len(each)
        assert 16_000 <= int(each["port"]) < 30_000
    assert len({each["word"] for each in drawn}) > 190
    assert len({each["number"] for each in drawn}) > 190


def test_a_word_that_stands_in_a_file_of_the_scenario_is_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "list.txt").write_bytes(b"\xff Badaba")
    monkeypatch.setattr(words, "_SYLLABLES", ["ba", "da"])
    seen = {word for _ in range(200) for word in words.draw(tmp_path).values()}
    assert "dabada" in seen
    assert "badaba" not in seen


def test_links_and_pipes_of_the_folder_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    assert words.draw(tmp_path)


def test_the_words_of_a_run_stand_in_arguments_and_in_what_is_typed() -> None:
    program = Program("client.py", "{word}", "{answer}{version}", stdin="say {number}\n{}")
    assert program.argv(words.LESSON, Family.IPV4)[3:] == ["violet", "marble4"]
    assert program.input(words.LESSON, Family.IPV4) == "say 314159\n{}"
    assert Program("client.py").input(words.LESSON, Family.IPV4) is None
    typed = Program("client.py", typed=["{word}", "hi"])
    assert typed.lines(words.LESSON, Family.IPV4) == ["violet", "hi"]
