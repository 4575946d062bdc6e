"""The table that ends a session: one row for each scenario, one line to sum up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import START_NS, hello
from terminal_cells import cell_len

from lab.observation.run import Run, worst
from lab.observation.verdict import Outcome, Verdict
from lab.suite import table
from lab.suite.table import render
from lab.wire.address import Family

IPV4, IPV6 = Family
HELD = Verdict("test_it_holds", Outcome.HOLDS)
MISSED = Verdict("test_it_is_polite", Outcome.FAILS)


def ran(
    scenario: str, family: Family, *verdicts: Verdict, took: float = 0.0, waiting: float = 0.0
) -> Run:
    """Return a run with these verdicts that took so many seconds."""
    ended_ns = START_NS + round(took * 1e9)
    seen = hello(family).observation(
        scenario, started_ns=START_NS, ended_ns=ended_ns, waiting=waiting
    )
    return Run.of(seen, verdicts)


HOLDS = ran("tcp_connect", IPV4, *[HELD] * 5, took=0.12)
HOLDS_TOO = ran("tcp_connect", IPV6, *[HELD] * 5, took=0.13)
FAILS = ran("udp", IPV4, HELD, HELD, MISSED, took=3.2, waiting=3.0)
INCONCLUSIVE = Run("dns_look_up", IPV6, reason="the engine does not answer")


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
    lines = render([FAILS, ran("udp", IPV6, *[HELD] * 5)], color=False).splitlines()
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
    ("runs", "outcome"),
    [
        ([HOLDS, HOLDS_TOO], Outcome.HOLDS),
        ([HOLDS, FAILS], Outcome.FAILS),
        ([HOLDS, FAILS, INCONCLUSIVE], Outcome.INCONCLUSIVE),
        ([], Outcome.INCONCLUSIVE),
    ],
)
def test_what_could_not_be_judged_is_never_green(runs: list[Run], outcome: Outcome) -> None:
    assert worst(runs) is outcome
    marks = {Outcome.HOLDS: "✔", Outcome.FAILS: "✗", Outcome.INCONCLUSIVE: "?"}
    last = render(runs, color=False).splitlines()[-1]
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


def test_the_reason_is_what_failed_first() -> None:
    polite = Verdict("test_the_end_is_polite", Outcome.FAILS, "assert 'x' == 'y'\n  - x")
    told = table.reason(ran("hello", IPV4, HELD, polite))
    assert told == "does not hold: the end is polite (assert 'x' == 'y')"


def test_a_run_without_evidence_says_why_nothing_can_be_said() -> None:
    observation = hello().observation(inconclusive=("the capture lost 3 packets",))
    run = Run.of(observation, (HELD,))
    assert run.outcome is Outcome.INCONCLUSIVE
    assert table.reason(run) == "could not be judged: the capture lost 3 packets"


def test_a_run_that_never_began_says_why() -> None:
    assert "? inconclusive" in render([INCONCLUSIVE], color=False)
    assert "IPv6: the engine does not answer" in render([INCONCLUSIVE], color=False)


def test_a_run_without_expectations_is_inconclusive() -> None:
    run = ran("hello", IPV4)
    assert run.outcome is Outcome.INCONCLUSIVE
    assert table.reason(run) == "it has no expectations"


VERDICTS = st.builds(Verdict, st.text(max_size=60), st.sampled_from(Outcome), st.text(max_size=200))


@settings(max_examples=50)
@given(
    runs=st.lists(
        st.builds(
            ran,
            st.text(max_size=60),
            st.sampled_from(Family),
            took=st.floats(0, 1e5),
            waiting=st.floats(0, 1e5),
        )
        | st.builds(Run, st.text(max_size=60), st.sampled_from(Family), reason=st.text()),
        max_size=6,
    ),
    verdicts=st.lists(VERDICTS, max_size=4).map(tuple),
    where=st.text(max_size=150),
    width=st.integers(60, 140),
)
def test_no_line_of_the_table_is_too_wide(
    runs: list[Run], verdicts: tuple[Verdict, ...], where: str, width: int
) -> None:
    text = render([run.judged(verdicts) for run in runs], where=where, width=width, color=False)
    for line in text.split("\n"):
        assert cell_len(line) <= width
        assert all(character.isprintable() for character in line)
