"""What goes wrong: what notices each break, and what was not proved."""

from __future__ import annotations

from typing import Any

from lab.book.wrong import section
from lab.wire.address import Family

BOTH = tuple(Family)


def trial(family: str, *names: str, inconclusive: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "sentence": "the server is silent",
        "family": family,
        "noticed_by": list(names),
        "inconclusive": list(inconclusive),
    }


def told(*trials: dict[str, Any]) -> str:
    return section("echo", ["the server is silent"], BOTH, {"breaks": list(trials)})


def test_a_break_has_what_notices_it() -> None:
    found = told(trial("ipv4", "test_the_server_answers"), trial("ipv6", "test_the_server_answers"))
    assert "- **The server is silent.**\n  *the server answers*.\n" in found


def test_what_differs_between_ip_versions_is_told_of_each() -> None:
    found = told(trial("ipv4", "test_a"), trial("ipv6", "test_b"))
    assert "  *a* (IPv4).\n  *b* (IPv6).\n" in found


def test_of_many_expectations_the_number_is_told() -> None:
    found = told(*(trial(each, *(f"test_{n}" for n in "abcdef")) for each in ("ipv4", "ipv6")))
    assert "*a*; *b*; *c*; *d*; and 2 more." in found


def test_an_inconclusive_trial_is_no_evidence() -> None:
    found = told(trial("ipv4", inconclusive=("a host died",)), trial("ipv6", "test_a"))
    assert "What it does could not be judged (IPv4)." in found
    assert "*a* (IPv6)." in found


def test_a_break_that_nothing_was_proved_to_notice_is_not_told_as_harmless() -> None:
    assert "What notices it was not proved." in told(trial("ipv4"), trial("ipv6"))


def test_without_a_proof_the_chapter_says_so() -> None:
    found = section("echo", ["the server is silent"], BOTH, None)
    assert "was not proved here: `lab prove echo`" in found
    assert "- The server is silent.\n" in found


def test_a_break_or_an_ip_version_that_was_not_proved_is_named() -> None:
    proof = {"breaks": [trial("ipv4", "test_a")]}
    found = section("echo", ["the server is silent", "it is cut off"], BOTH, proof)
    assert "- **It is cut off.**\n  Not proved.\n" in found
    assert "Not proved over IPv6." in found


def test_a_scenario_without_breaks_has_no_such_section() -> None:
    assert section("echo", [], BOTH, None) == ""
