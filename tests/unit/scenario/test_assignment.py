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


@pytest.mark.parametrize(
    "text",
    [
        "student;mail\nann;a@x\nbob;b@x\n",
        "\ufeffstudent;mail\r\nann;a@x\r\nbob;b@x\r\n;\r\n",
        "student\tmail\nann\ta@x\nbob\tb@x\n",
        "sep=;\r\nstudent;mail\r\nann;a,x\r\nbob;b,x\r\n",
        "student,group\nann,1; 2\nbob,2; 3\n",
        "student;group\nann;1, 2\nbob;2, 3\n",
        '"ann";"a;x"\n"bob";"b;x"\n',
        "student\nann\nbob\n",
    ],
)
def test_a_roster_is_read_as_spreadsheets_of_any_country_write_it(
    tmp_path: Path, text: str
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_bytes(text.encode())
    assert students(roster) == ["ann", "bob"]


def test_a_name_in_quotes_may_have_what_parts_other_rosters(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text('"lee; ann",1\n"lee, bob",2\n')
    assert students(roster) == ["lee; ann", "lee, bob"]


def test_a_roster_that_may_be_cut_in_two_ways_or_in_none_is_refused(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("lee, ann;1\nroe, bob;2\n")
    with pytest.raises(UsageError, match=r"each line has a comma and a semicolon.*\n.*student;"):
        students(roster)
    roster.write_text("ann;1\nbob\n")
    with pytest.raises(UsageError, match=r"'ann;1' has a semicolon, and not each line"):
        students(roster)
    roster.write_text("a" * 200_000)
    with pytest.raises(UsageError, match=r"no CSV.*limit"):
        students(roster)
