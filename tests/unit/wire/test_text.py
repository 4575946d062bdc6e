"""What somebody else wrote is shown so that no terminal obeys it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.wire.text import harmless, shown


@given(st.text(st.characters()))
def test_no_control_character_survives(text: str) -> None:
    for character in shown(text):
        assert character.isprintable()
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text().filter(str.isprintable))
def test_what_can_be_printed_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\tb", "a    b"),
        ("one\r\n", "one\\r\\n"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
        ("Grüße 你好", "Grüße 你好"),
    ],
)
def test_control_characters_are_shown_by_their_escapes(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_what_changes_the_width_of_a_character_is_shown_by_its_escape() -> None:
    assert harmless("\u2764\ufe0f") == "\u2764\\ufe0f"
