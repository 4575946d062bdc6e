"""Every RFC that the course names has its title."""

from __future__ import annotations

import re
from pathlib import Path

from lab.book.rfcs import TITLES

CLONE = Path(__file__).resolve().parents[3]


def test_every_rfc_that_lessons_and_glossary_name_has_a_title() -> None:
    named = {
        int(number)
        for path in [CLONE / "docs/student-glossary.md", *CLONE.glob("scenarios/*/README.md")]
        for number in re.findall(r"\bRFC (\d+)", path.read_text())
    }
    assert len(named) > 40
    assert named - {*TITLES} == set()
    assert [*TITLES] == sorted(TITLES)
