"""What a CI shows of a job: a summary in Markdown, and notes beside the lines of expectations."""

from __future__ import annotations

from pathlib import Path

import pytest
from played import hello

from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.suite import github, markdown
from lab.wire.address import Family

IPV4, IPV6 = Family
HELD = Verdict("test_it_holds", Outcome.HOLDS)
MISSED = Verdict("test_it_is_polite[1]", Outcome.FAILS, "expected 50% of `x`\nand saw | y")


def ran(scenario: str, family: Family, *verdicts: Verdict) -> Run:
    """Return a run with these verdicts."""
    return Run.of(hello(family).observation(scenario), verdicts)


GREEN = ran("tcp_connect", IPV4, HELD)
GREEN_TOO = ran("tcp_connect", IPV6, HELD)
RED = ran("udp", IPV4, HELD, MISSED)
GREY = Run("names", IPV6, reason="the engine does not answer")


def told(*runs: Run) -> str:
    """Return the summary of runs whose stories are their names, in backticks."""
    return markdown.render(runs, lambda run: f"```{run.name}```")


def test_a_green_summary_is_one_table_without_a_story() -> None:
    text = told(GREEN, GREEN_TOO)
    assert text.startswith("## ✔ 2 of 2 runs hold\n")
    assert "| tcp\\_connect | ✔ 1 of 1 | ✔ 1 of 1 |  |" in text
    assert "```" not in text


def test_the_first_run_that_does_not_hold_is_told() -> None:
    text = told(GREEN, RED, ran("later", IPV4, MISSED))
    assert "| udp | ✗ 1 of 2 | – | IPv4\\: does not hold\\: it is polite" in text
    assert text.count("````text\n```udp over IPv4```\n````\n") == 1
    assert "later over" not in text


def test_what_programs_say_cannot_leave_its_cell_or_its_fence() -> None:
    (row,) = (line for line in told(RED).splitlines() if line.startswith("| udp"))
    assert row.replace("\\|", "").count("|") == 5
    assert "`x`" not in row
    assert "<" not in markdown.as_it_stands("<img>").replace("\\<", "")
    fence, *_, end = markdown.fenced("`````\n\x1b[2J")
    assert (fence, end) == ("``````text", "``````")


def test_what_could_not_be_judged_is_neither_green_nor_red() -> None:
    text = told(GREEN, GREY)
    assert text.startswith("## ? 1 of 2 runs hold\\, 1 could not be judged\n")
    assert "the engine does not answer" in text


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Give the folders of three scenarios."""
    for name in ("udp", "names", "tcp_connect"):
        (tmp_path / name).mkdir()
        text = "\n\ndef test_it_holds(x): ...\n\n\ndef test_it_is_polite(x): ...\n"
        (tmp_path / name / "scenario.py").write_text(text)
    return {each.name: each for each in tmp_path.iterdir()}


def test_a_failure_stands_beside_its_expectation(folders: dict[str, Path], tmp_path: Path) -> None:
    (command,) = github.render([GREEN, RED], folders, tmp_path)
    assert command == (
        "::error file=udp/scenario.py,line=6,title=udp over IPv4%3A does not hold"
        "::it is polite [1]%0Aexpected 50%25 of `x`%0Aand saw | y"
    )


def test_a_run_that_could_not_be_judged_has_one_note(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    (command,) = github.render([GREY], folders, tmp_path / "elsewhere")
    assert f"file={tmp_path}/names/scenario.py,line=1," in command
    assert command.endswith("could not be judged::the engine does not answer")


def test_no_more_notes_are_written_than_github_shows(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    many = ran("udp", IPV4, *[MISSED] * 30)
    assert len(github.render([many], folders, tmp_path)) == github.MOST
