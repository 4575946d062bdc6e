"""The table that ends a session: one row for each scenario, one line to sum up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import hello
from rich.cells import cell_len

from lab.observation.verdict import Outcome, Verdict
from lab.suite import table
from lab.suite.table import Result, render
from lab.wire.address import Family

IPV4, IPV6 = Family
HOLDS = Result("tcp_connect", IPV4, Outcome.HOLDS, 5, 5, 0.12)
HOLDS_TOO = replace(HOLDS, family=IPV6, duration=0.13)
FAILS = Result("udp", IPV4, Outcome.FAILS, 2, 3, 3.2, 3.0, "does not hold: it is polite")
INCONCLUSIVE = table.inconclusive("dns_look_up", IPV6, "the engine does not answer")


def test_a_scenario_has_one_row_with_both_ip_versions() -> None:
    text = render([HOLDS, HOLDS_TOO], color=False)
    (row,) = (line for line in text.splitlines() if "tcp_connect" in line)
    assert row.split() == [
        "✔",
        "tcp_connect",
        "✔",
        "5",
        "of",
        "5",
        "✔",
        "5",
        "of",
        "5",
        "0.25",
        "s",
    ]


def test_a_row_is_marked_by_its_worst_outcome_and_says_why() -> None:
    lines = render([FAILS, replace(HOLDS, scenario="udp", family=IPV6)], color=False).splitlines()
    at = next(number for number, line in enumerate(lines) if "udp" in line)
    assert lines[at].startswith("✗ udp")
    assert "✗ 2 of 3" in lines[at]
    assert "✔ 5 of 5" in lines[at]
    assert lines[at + 1] == "    IPv4: does not hold: it is polite"


def test_time_that_was_waited_on_purpose_has_its_own_column() -> None:
    text = render([FAILS], color=False)
    assert re.search(r"3\.20 s +3\.00 s$", text, re.MULTILINE)
    assert "on purpose" in text


def test_the_summary_counts_the_three_outcomes() -> None:
    assert table.summary([HOLDS, HOLDS_TOO]) == "2 of 2 runs hold"
    assert table.summary([HOLDS, FAILS]) == "1 of 2 runs hold, 1 does not hold"
    assert table.summary([FAILS, FAILS, INCONCLUSIVE]) == (
        "0 of 3 runs hold, 2 do not hold, 1 could not be judged"
    )


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ([HOLDS, HOLDS_TOO], Outcome.HOLDS),
        ([HOLDS, FAILS], Outcome.FAILS),
        ([HOLDS, FAILS, INCONCLUSIVE], Outcome.INCONCLUSIVE),
        ([], Outcome.INCONCLUSIVE),
    ],
)
def test_what_could_not_be_judged_is_never_green(results: list[Result], outcome: Outcome) -> None:
    assert table.worst(results) is outcome
    marks = {Outcome.HOLDS: "✔", Outcome.FAILS: "✗", Outcome.INCONCLUSIVE: "?"}
    last = render(results, color=False).splitlines()[-1]
    assert last.startswith(marks[outcome])


def test_no_run_at_all_is_said_to_be_none() -> None:
    assert "? no scenario ran" in render([], color=False)


def test_where_the_stories_lie_is_said() -> None:
    assert "Stories and captures: out" in render([HOLDS], where="out", color=False)


def test_the_outcome_can_be_told_without_colour() -> None:
    plain = render([HOLDS, FAILS, INCONCLUSIVE], color=False)
    coloured = render([HOLDS, FAILS, INCONCLUSIVE], color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert {"✔", "✗", "?"} <= set(plain)


def test_a_result_says_what_failed_first() -> None:
    verdicts = [
        Verdict("test_it_holds", Outcome.HOLDS),
        Verdict("test_the_end_is_polite", Outcome.FAILS, "assert 'x' == 'y'\n  - x"),
    ]
    made = table.result(hello().observation(), verdicts)
    assert (made.outcome, made.holds, made.expectations) == (Outcome.FAILS, 1, 2)
    assert made.reason == "does not hold: the end is polite (assert 'x' == 'y')"


def test_a_result_without_evidence_says_why_nothing_can_be_said() -> None:
    observation = hello().observation(inconclusive=("the capture lost 3 packets",))
    made = table.result(observation, [Verdict("test_it", Outcome.HOLDS)])
    assert made.outcome is Outcome.INCONCLUSIVE
    assert made.reason == "could not be judged: the capture lost 3 packets"


def test_a_result_without_expectations_is_not_judged() -> None:
    made = table.result(hello().observation(), [])
    assert made.outcome is Outcome.INCONCLUSIVE
    assert made.reason == "it has no expectations"


@settings(max_examples=50)
@given(
    results=st.lists(
        st.builds(
            Result,
            st.text(max_size=60),
            st.sampled_from(Family),
            st.sampled_from(Outcome),
            st.integers(0, 999),
            st.integers(0, 999),
            st.floats(0, 1e5),
            st.floats(0, 1e5),
            st.text(max_size=200),
        ),
        max_size=6,
    ),
    where=st.text(max_size=150),
    width=st.integers(60, 140),
)
def test_no_line_of_the_table_is_too_wide(results: list[Result], where: str, width: int) -> None:
    text = render(results, where=where, width=width, color=False)
    for line in text.split("\n"):
        assert cell_len(line) <= width
        assert all(character.isprintable() for character in line)
