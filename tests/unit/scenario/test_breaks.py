"""Ways to break a scenario: each change changes what it says, or says that it cannot."""

from __future__ import annotations

import pytest

from lab import Break, Command, Family, cut_off, edit, replace_words
from lab.errors import ScenarioInvalid


def test_an_edit_replaces_its_passage_and_leaves_other_files_alone() -> None:
    broken = Break("the server is silent", edit("server.py", "send", "silent"))
    assert broken.edited({"server.py": b"send()", "client.py": b"send()"}) == {
        "server.py": b"silent()"
    }


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("send(data.upper(", "line 2, '\\(' was never closed"),
        ("  send(data)", "line 2, unexpected indent"),
        ("send(data)\0", "null bytes"),
    ],
)
def test_an_edit_that_leaves_no_python_is_refused_since_no_run_could_hold(
    new: str, why: str
) -> None:
    broken = Break("it shouts", edit("server.py", "send(data)", new))
    with pytest.raises(
        ScenarioInvalid, match=f"it shouts: server.py is no Python any more: .*{why}"
    ):
        broken.edited({"server.py": b"import socket\nsend(data)\n"})


def test_an_edit_of_what_is_no_python_is_taken_as_it_is() -> None:
    page = Break("the page is empty", edit("page.html", "<p>", "("))
    assert page.edited({"page.html": b"<p>"}) == {"page.html": b"("}
    older = Break("it is silent", edit("server.py", "talk", "hush"))
    assert older.edited({"server.py": b"print 'talk'"}) == {"server.py": b"print 'hush'"}


def test_a_break_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ScenarioInvalid, match="'the server is silent': it changes nothing"):
        Break("the server is silent")


@pytest.mark.parametrize("text", [b"", b"send(); send()"])
def test_an_edit_of_a_passage_that_is_not_there_once_is_refused(text: bytes) -> None:
    broken = Break("the server is silent", edit("server.py", "send", "pass"))
    with pytest.raises(ScenarioInvalid):
        broken.edited({"server.py": text})


def test_words_are_typed_instead_of_others_wherever_they_stand_together() -> None:
    command = ("ping", "-c", "3", "server")
    assert replace_words("-c 3", "-c 1").of(command) == ("ping", "-c", "1", "server")
    assert replace_words("ping", "arping").of(command) == ("arping", "-c", "3", "server")
    assert replace_words("-c 3 ", "").of(command) == ("ping", "server")


def test_a_word_with_spaces_in_it_is_named_in_a_list() -> None:
    command = ("ssh", "login", "cat note")
    assert replace_words(["cat note"], "ls").of(command) == ("ssh", "login", "ls")
    assert replace_words("ssh login", ["echo", "no such"]).of(command) == (
        *("echo", "no such"),
        "cat note",
    )
    assert replace_words("cat note", "ls").of(command) is None


@pytest.mark.parametrize("old", ["3 -c", "serv", "ping server", "server server"])
def test_words_that_do_not_stand_together_are_not_replaced(old: str) -> None:
    assert replace_words(old, "other").of(("ping", "-c", "3", "server")) is None


def test_a_program_typed_otherwise_keeps_all_else() -> None:
    ping = Command("ping", "-c", 3, "server", deadline=2, waits=1)
    other = ping.replaced_words(("ping", "client"))
    assert other.command == ("ping", "client")
    assert (other.deadline, other.waits, other.is_command) == (2, 1, True)
    assert ping.command == ("ping", "-c", "3", "server")


def test_a_break_knows_its_changes_by_kind() -> None:
    broken = Break("all at once", cut_off("server"), replace_words("a", "b"), edit("x", "y", "z"))
    assert broken.cut_off == ("server",)
    assert broken.replaced_words == (replace_words("a", "b"),)


def test_an_edit_leaves_bytes_that_are_no_text_as_they_are() -> None:
    broken = Break("the server is silent", edit("server.py", "send", "pass"))
    assert broken.edited({"server.py": b"\xff send"}) == {"server.py": b"\xff pass"}


def test_edits_of_one_file_add_up() -> None:
    broken = Break("all is other", edit("a.py", "one", "two"), edit("a.py", "two!", "three"))
    assert broken.edited({"a.py": b"one!"}) == {"a.py": b"three"}


def test_an_edit_of_a_file_that_there_is_not_is_refused_by_its_name() -> None:
    with pytest.raises(ScenarioInvalid, match=r"silent: the scenario has no file nowhere\.py"):
        Break("it is silent", edit("nowhere.py", "x", "y")).edited({})


def test_a_break_is_one_over_both_ip_versions_unless_it_says_otherwise() -> None:
    assert Break("it", cut_off("server")).families == tuple(Family)
    assert Break("it", cut_off("server"), families=[Family.IPV6]).families == (Family.IPV6,)
