"""A run shows itself: one line, a story, its page in a frame that reaches nothing else."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from played import hello

from lab.api.frame import frame
from lab.api.shown import ShownRun
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict

HOLDS = Verdict("test_it_holds", Outcome.HOLDS)


def shown(*verdicts: Verdict, inconclusive: tuple[str, ...] = ()) -> ShownRun:
    """Return the run of the first lesson, judged so."""
    observation = replace(hello().observation("tcp_connect"), inconclusive=inconclusive)
    return ShownRun(Run.of(observation, verdicts))


def test_in_a_shell_a_run_is_one_line() -> None:
    assert repr(shown(HOLDS)) == "✔ tcp_connect · IPv4 · 1 of 1 expectation holds"
    fails = Verdict("test_it_fails", Outcome.FAILS)
    assert repr(shown(HOLDS, fails)) == "✗ tcp_connect · IPv4 · 1 of 2 expectations hold"


def test_a_run_without_expectations_is_not_marked_as_if_it_had_been_judged() -> None:
    assert repr(shown()) == "tcp_connect · IPv4 · no expectations"


def test_what_cannot_be_judged_says_so_and_why() -> None:
    run = shown(HOLDS, inconclusive=("host server died",))
    assert repr(run) == "? tcp_connect · IPv4 · could not be judged · host server died"
    assert run.outcome is Outcome.INCONCLUSIVE


def test_the_story_is_that_of_the_terminal_with_what_to_try() -> None:
    run = replace(shown(HOLDS), advice=("--replace localhost=server",))
    assert run.story.startswith("tcp_connect · IPv4 · 1 of 1")
    assert run.story.endswith("Try: --replace localhost=server\n")


def test_the_frame_has_the_whole_page_and_an_origin_of_its_own() -> None:
    told = shown(HOLDS)._repr_html_()
    page = html.unescape(re.findall(r'srcdoc="([^"]*)"', told)[0])
    assert page.startswith("<!doctype html>")
    assert "Content-Security-Policy" in page
    assert re.findall(r'sandbox="([^"]*)"', told) == ["allow-scripts"]


def test_what_is_said_beside_the_frame_is_text() -> None:
    told = frame('<img src=x> "', "<p>page</p>", None)
    assert "<img" not in told
    assert 'srcdoc="&lt;p&gt;page&lt;/p&gt;"' in told


def test_a_page_that_is_too_long_for_a_notebook_stays_in_its_file() -> None:
    told = frame("line", "x" * 5_000_000, Path("out/page.html"))
    assert len(told) < 200
    assert "out/page.html" in told


def test_a_run_that_made_no_observation_has_none_to_ask() -> None:
    with pytest.raises(ValueError, match="has no observation"):
        _ = ShownRun(Run("x", hello().family, reason="no engine")).observed
