"""What a failed assertion says: values are whole, and nothing tells of pytest's options."""

from __future__ import annotations

from lab.observation.evidence import Comparison
from lab.suite.assertions import MOST_VALUE, readable

LONG = ["violet" * 9, "Goodbye"]
CUT = "assert ['violetviol...', 'Goodbye'] == []"


def test_a_value_that_pytest_cuts_in_the_middle_stands_whole() -> None:
    assert readable(CUT, Comparison("==", LONG, [])) == f"assert {LONG!r} == []"


def test_pytests_hints_of_its_options_are_not_shown() -> None:
    hints = (
        "assert 1 == 2\n  \n  Use -v to get more diff",
        "assert 1 == 2\n  \n  ...Full output truncated, use '-vv' to show",
        "assert 1 == 2\n  \n  ...Full output truncated (3 lines hidden), use '-vv' to show",
    )
    for detail in hints:
        assert readable(detail, None) == "assert 1 == 2"
    omitted = "assert 1 == 2\n  Omitting 2 identical items, use -vv to show\n  Differing items:"
    assert readable(omitted, None) == omitted.replace(", use -vv to show", "")


def test_another_comparison_in_the_same_words_is_left_alone() -> None:
    assert readable(CUT, Comparison("==", ["garden" * 9], [])) == CUT
    assert readable(CUT, Comparison("!=", LONG, [])) == CUT


def test_a_value_of_many_characters_is_cut_at_its_end_and_says_how_long_it_is() -> None:
    value = "x" * 5000
    told = readable("assert 'xxxxx...xxxx' == ''", Comparison("==", value, ""))
    assert told.startswith("assert 'xxxx")
    assert told.endswith("… (5,002 characters) == ''")
    assert len(told) < MOST_VALUE + 60


def test_an_object_that_cannot_say_what_it_is_changes_nothing() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise OSError

    assert readable(CUT, Comparison("==", Rude(), [])) == CUT
