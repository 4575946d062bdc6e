"""Each student has words of her own, from a key that only the teacher has."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.errors import UsageError
from lab.scenario.assignment import OWN, Assignment, students

EXPECTED = {
    "port": "28969",
    "number": "502668",
    "word3": "luvuwa",
    "answer3": "zewepe",
    "loss": "3",
}


def test_the_same_key_gives_the_same_words_and_each_student_has_others(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(range(32)))
    one = Assignment.of(secret, "tcp", tmp_path / "none")
    names = [f"student {number}" for number in range(50)]
    found = [one.words_of(name) for name in names]
    assert found == [one.words_of(name) for name in names]
    assert all(tuple(words) == OWN for words in found)
    for name in ("port", "number", "word3"):
        assert len({words[name] for words in found}) > 45
    assert {words["loss"] for words in found} == set("123456789")
    assert one.words_of("ann") != Assignment(one.key, "udp", one.folder).words_of("ann")
    secret.write_bytes(bytes(range(1, 33)))
    assert one.words_of("ann") != Assignment.of(secret, "tcp", one.folder).words_of("ann")


def test_words_of_a_student_never_change() -> None:
    """Whoever has her sheet of last week still has the right words."""
    words = Assignment(b"0123456789abcdef", "tcp_connect", Path("none")).words_of("ann")
    assert words == EXPECTED


def test_a_key_that_is_missing_or_short_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    with pytest.raises(UsageError, match="no such file"):
        Assignment.of(secret, "tcp", tmp_path)
    secret.write_bytes(b"short")
    with pytest.raises(UsageError, match="it has 5 bytes"):
        Assignment.of(secret, "tcp", tmp_path)


def test_a_roster_names_students(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("student,mail\nann,a@x\n\n bob ,b@x\n")
    assert students(roster) == ["ann", "bob"]
    roster.write_text("ann\nbob\nann\n")
    with pytest.raises(UsageError, match="ann stands there twice"):
        students(roster)
    roster.write_text("\n")
    with pytest.raises(UsageError, match="nobody"):
        students(roster)
    with pytest.raises(UsageError, match="No such file"):
        students(tmp_path / "none.csv")
