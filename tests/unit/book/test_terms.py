"""The students' glossary in the book: terms found, linked once, defined."""

from __future__ import annotations

from lab.book.terms import Term, glossary, terms_of, used, with_terms

PAGE = """# Words

| word | what it is | defined in |
|---|---|---|
| ACK | TCP's word. | RFC 9293, 3.4 |
| receive window | Room. | RFC 9293, 3.8.6 |
| window | A pane. | `pane(1)` |
"""
TERMS = terms_of(PAGE)


def test_terms_are_the_rows_of_the_table() -> None:
    assert TERMS[0] == Term("ACK", "TCP's word.", "RFC 9293, 3.4")
    assert [term.word for term in TERMS] == ["ACK", "receive window", "window"]


def test_the_first_use_of_a_term_is_a_link() -> None:
    told = with_terms("An ACK, and two ACKs.\n", TERMS)
    assert told == "An {term}`ACK <ACK>`, and two ACKs.\n"


def test_a_longer_term_is_not_taken_for_a_shorter_one() -> None:
    told = with_terms("Each receive\nwindow and *Windows*.", TERMS)
    assert told == "Each {term}`receive window <receive window>` and *{term}`Windows <window>`*."


def test_links_headings_captions_and_code_are_left_alone() -> None:
    text = "# An ACK\n\n*Lecture 1: ACK.*\n\n[the ACK](#ack) `ACK`\n\n```text\nACK\n```\n"
    assert with_terms(text, TERMS) == text
    assert with_terms("ack", TERMS) == "ack"


def test_used_are_the_terms_outside_code() -> None:
    assert [term.word for term in used("The *receive* window. `ACK`", TERMS)] == [
        "receive window",
        "window",
    ]


def test_the_glossary_links_to_rfcs() -> None:
    told = glossary(TERMS)
    assert (
        "ACK\n    TCP's word. *[RFC 9293](https://www.rfc-editor.org/rfc/rfc9293), 3.4*\n" in told
    )
