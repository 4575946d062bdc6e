"""Links of a lesson in the book, its badges, and markup that it may not have."""

from __future__ import annotations

import pytest

from lab.book.links import check_markup, label, linked, marked
from lab.errors import UsageError


@pytest.mark.parametrize(
    ("link", "placed"),
    [
        ("[`server.py`](server.py)", "[`server.py`](#tcp-connect-server-py)"),
        ("[ping](../ping/README.md)", "[ping](/chapters/ping.md)"),
        ("[`ping`](../ping)", "[`ping`](/chapters/ping.md)"),
        ("[away](https://example.org)", "[away](https://example.org)"),
        ("[below](#below)", "[below](#below)"),
        ("[not in the book](../nat/README.md)", "not in the book"),
        ("[a page](../../docs/course.md)", "a page"),
        ("    data[0](1)", "    data[0](1)"),
    ],
)
def test_a_link_leads_somewhere_in_the_book_or_is_none(link: str, placed: str) -> None:
    assert linked(link, "tcp_connect", ["server.py"], ["ping"]) == placed


def test_programs_of_two_scenarios_have_names_of_their_own() -> None:
    assert label("tcp_connect", "server.py") != label("tcp_stream", "server.py")


def test_a_badge_stands_where_a_comment_names_a_thing_to_see() -> None:
    text = "1. **It ends.** <!-- see: server sends FIN --> Then.\n<!-- of us -->\n`<!-- code -->`"
    badges = {"<!-- see: server sends FIN -->": "❷"}
    assert marked(text, badges) == "1. **It ends.** ❷ Then.\n\n`<!-- code -->`"


@pytest.mark.parametrize("markup", ["<script>x</script>", "<img src=x>", "<b>", "<!DOCTYPE x>"])
def test_a_lesson_with_foreign_markup_is_refused(markup: str) -> None:
    with pytest.raises(UsageError, match="markup"):
        check_markup(f"Words {markup}", "README.md")


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>Answer</summary>",
        "`<b>`",
        "1 < 2 > 0",
        "<https://x.org/a>",
        "<!-- a <b> -->",
    ],
)
def test_folds_code_and_comments_are_no_foreign_markup(text: str) -> None:
    check_markup(text, "README.md")
