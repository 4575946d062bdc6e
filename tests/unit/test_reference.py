"""What a scenario can say: the page is made from the docstrings, and no promised name goes away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from places import ROOT, script

FROZEN = sorted((ROOT / "tests").glob("frozen-*/names.txt"))


@pytest.fixture(scope="module")
def reference() -> Any:
    """Give the tool as a module."""
    return script(ROOT / "tools" / "reference")


def test_the_page_is_up_to_date(reference: Any) -> None:
    page = (ROOT / "docs" / "reference-scenario.md").read_text(encoding="utf-8")
    assert page == reference.page(), "run tools/reference"


@pytest.mark.parametrize(
    "word", ["families", "stdin", "deadline", "wait_until", "traced", "keeps", "fails", "--json"]
)
def test_the_page_tells_what_stands_in_no_other_place(word: str) -> None:
    assert word in (ROOT / "docs" / "reference-scenario.md").read_text(encoding="utf-8")


def test_everything_on_the_page_is_explained(reference: Any) -> None:
    things = [each for section in reference.SECTIONS.values() for each in section]
    bare = [each.__name__ for each in things if not each.__doc__]
    own = [(one.__name__, name, value) for one in things for name, value in reference.members(one)]
    bare += [f"{one}.{name}" for one, name, value in own if not value.__doc__]
    assert bare == []


def parsed(line: str) -> tuple[str, list[str]]:
    """Return a name, and the parameters that it is called with."""
    name, _, parameters = line.rstrip(")").partition("(")
    return name, re.findall(r"\w+", parameters)


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.parent.name)
def test_no_name_and_no_parameter_that_was_promised_goes_away(frozen: Path, reference: Any) -> None:
    now: dict[str, list[str]] = {}
    for line in reference.names():
        name, parameters = parsed(line)
        now[name] = now.get(name, []) + parameters
    lost = [
        line
        for line in frozen.read_text(encoding="utf-8").splitlines()
        if parsed(line)[0] not in now or not {*parsed(line)[1]} <= {*now[parsed(line)[0]]}
    ]
    assert lost == []
