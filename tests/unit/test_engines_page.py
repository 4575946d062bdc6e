"""The table of docs/engines.md is what the tests on other engines have kept."""

from __future__ import annotations

import pytest
import results


def record(scenario: str, outcome: str | None, *inconclusive: str) -> dict[str, object]:
    return {
        "scenario": scenario,
        "family": "IPv6",
        **({"outcome": outcome} if outcome else {}),
        "inconclusive": list(inconclusive),
    }


def test_the_page_has_the_results_that_were_kept_last() -> None:
    page = results.PAGE.read_text(encoding="utf-8")
    assert page == results.page(page, results.kept()), "python tests/engines/results.py"


def test_runs_are_counted_by_part_and_those_that_do_not_hold_are_told() -> None:
    parts = {"ping": "A", "udp_large": "C", "xampp": "E"}
    played = [
        record("ping", "holds"),
        record("ping", "does not hold"),
        record("udp_large", None, "cut anew | on the way: more"),
        record("udp_large", "holds"),
    ]
    told = results.result("2026-01-02", played, parts)
    assert told["held"] == {"A": [1, 2], "C": [1, 2], "E": [0, 0]}
    table = results.render({"one": told})
    assert "| one | 2026-01-02 | 1/2 | 1/2 | 0/0 | " in table
    assert "`ping` IPv6: does not hold; `udp_large` IPv6: cut anew \\| on the way |" in table


def test_runs_that_do_not_hold_for_one_reason_are_told_together() -> None:
    whys = [
        f"sending to {ip}, before: no echo: {results.NOT_CARRIED} (x)" for ip in ("10.1", "fd::1")
    ]
    played = [record("nat", None, why) for why in whys]
    told = results.result("2026-01-02", played, {"nat": "F"})["not_held"]
    assert told == [f"`nat` IPv6, `nat` IPv6: {results.NOT_CARRIED}"]


def test_what_the_doctor_misses_is_told_by_engine() -> None:
    kept = results.limits(
        "2026-01-02", "there is no limit of memory, files in /tmp: a program that"
    )
    assert kept == {"looked": "2026-01-02", "unlimited": "memory, files in /tmp"}
    table = results.render_limits({"one": kept, "two": results.limits("2026-01-03", "all are")})
    assert "| one | 2026-01-02 | memory, files in /tmp |" in table
    assert "| two | 2026-01-03 | all are kept |" in table
    assert "one" not in results.render({"one": kept})


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        results.page("# Engines\n", {})
