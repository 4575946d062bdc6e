"""The students' glossary: sorted, short, with sources, and about words that the lessons use."""

from __future__ import annotations

import re

import pytest
from places import ROOT

PAGE = (ROOT / "docs" / "student-glossary.md").read_text(encoding="utf-8")
TERMS = dict(re.findall(r"^\| (\S[^|]*?) \| (.+) \|$", PAGE.partition("|---")[2], re.MULTILINE))
FENCE = re.compile(r"```.*?^```|<!--.*?-->", re.MULTILINE | re.DOTALL)
LESSONS = " ".join(
    FENCE.sub("", path.read_text(encoding="utf-8")) for path in ROOT.glob("scenarios/*/README.md")
)
PROSE = " ".join(re.sub("[*`]", "", LESSONS).split())


def test_there_are_enough_terms_for_a_first_year() -> None:
    assert 55 <= len(TERMS) <= 85


def test_the_terms_are_sorted() -> None:
    assert list(TERMS) == sorted(TERMS, key=str.casefold)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_used_in_a_lesson(term: str) -> None:
    case = re.NOFLAG if re.search("[A-Z]", term) else re.IGNORECASE
    assert re.search(rf"\b{re.escape(term)}(?:s|es)?\b", PROSE, case)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_one_or_two_sentences_and_a_source(term: str) -> None:
    what, _, source = TERMS[term].partition(" | ")
    assert what.endswith(".")
    assert len(re.findall(r"\.(?= |$)", what)) <= 2
    assert re.fullmatch(
        r"RFC \d+(, [\w. ]+)?(; RFC \d+(, [\w. ]+)?)*|`[\w.]+\(\d\)`", source.strip()
    )
