"""A long line in a narrow column is broken where a reader would break it."""

from lab.story.text import wrap


def test_a_line_is_broken_before_the_word_that_does_not_fit() -> None:
    assert wrap("Received connection from 10.77.0.10", 18, 4) == [
        "Received",
        "connection from",
        "10.77.0.10",
    ]


def test_an_address_is_not_broken_where_it_fits_on_a_line() -> None:
    assert wrap("from fd00:10:77::10: Hello", 19, 4) == ["from", "fd00:10:77::10:", "Hello"]


def test_a_word_longer_than_a_line_is_broken_within() -> None:
    assert wrap("say abcdefghijklmnop", 8, 4) == ["say abcd", "efghijkl", "mnop"]


def test_a_line_that_fits_is_left_alone() -> None:
    assert wrap("Hello World", 11, 4) == ["Hello World"]


def test_the_indent_of_a_long_word_is_no_line_of_its_own() -> None:
    assert wrap("  abcdefgh", 8, 4) == ["  abcdef", "gh"]


def test_what_follows_is_counted_in() -> None:
    assert wrap("one three five", 9, 4, "│ ") == ["one three", "│ five"]


def test_a_text_of_too_many_lines_ends_in_an_ellipsis() -> None:
    assert wrap("one two three four", 5, 2) == ["one", "two …"]
