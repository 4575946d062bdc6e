"""The table of attacks says what broke, and SECURITY.md names attacks and tests that there are."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from attack import ATTACKS
from attack_table import row, status, total
from attack_target import Call, Played
from attacking import Attack, Broke, NotTried, Outcome, Result, carry_out
from hostile_programs import Judge, could_nothing, prints_only

from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.wire.address import Family
from lab.wire.pcap import Capture

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests" / "attack" / "programs"
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def holds(target: str) -> str:
    return f"{target} stands"


def breaks(target: str) -> str:
    raise Broke("a program lives on")


def is_not_allowed(target: str) -> str:
    raise NotTried("the engine is elsewhere")


def fails(target: str) -> str:
    return f"{1 / 0}"


def never_ends(target: str) -> str:
    while True:
        try:
            time.sleep(5)
        except Exception:  # as code on the way might do
            continue


def result(carry: Callable[[str], str], deadline: float = 5) -> Result:
    return carry_out(Attack("name", "kind", "it stands", carry, deadline), "lab")


@pytest.mark.parametrize(
    ("carry", "outcome", "seen", "ends"),
    [
        (holds, Outcome.HELD, "lab stands", 0),
        (breaks, Outcome.BROKE, "a program lives on", 1),
        (is_not_allowed, Outcome.NOT_TRIED, "the engine is elsewhere", 3),
        (fails, Outcome.FAILED, "ZeroDivisionError: division by zero", 3),
    ],
)
def test_an_attack_is_told_with_its_outcome(
    carry: Callable[[str], str], outcome: Outcome, seen: str, ends: int
) -> None:
    told = result(carry)
    assert (told.outcome, told.figures) == (outcome, seen)
    assert outcome.value.lower() in row(told).lower()
    assert " ".join(row(told).split()).endswith(seen)
    assert status([told]) == ends
    assert f"1 {outcome.value}" in total([told])


def test_an_attack_that_does_not_end_broke_the_lab() -> None:
    before = signal.getsignal(signal.SIGALRM)
    told = result(never_ends, deadline=0.2)
    assert (told.outcome, told.figures) == (Outcome.BROKE, "no end after 0.2 s")
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_one_that_broke_outweighs_all_others_and_is_named() -> None:
    several = [result(each) for each in (holds, breaks, fails, is_not_allowed)]
    assert status(several) == 1
    assert "4 attacks: 1 held, 1 broke, 1 not tried, 1 failed" in total(several)
    assert "broke: name" in total(several)


def test_what_could_not_be_tried_is_named_and_no_failure_beside_one_that_held() -> None:
    several = [result(holds), result(is_not_allowed)]
    assert status(several) == 0
    assert "not tried: name" in total(several)
    assert status([*several, result(fails)]) == 3
    assert status([]) == 3


def test_long_figures_are_cut_and_stay_within_the_table() -> None:
    told = row(Result("name", "kind", Outcome.HELD, "word " * 500))
    assert max(len(line) for line in told.splitlines()) <= 100
    assert told.endswith("…")


def test_attacks_have_names_of_their_own_and_a_quick_half() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len({*names}) == len(names)
    assert 20 < sum(attack.quick for attack in ATTACKS) < len(ATTACKS)
    assert all(attack.held and 0 < attack.deadline <= 400 for attack in ATTACKS)


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.name)
def test_a_hostile_program_is_used(path: Path) -> None:
    texts = [each.read_text() for each in PROGRAMS.parent.rglob("*.py") if each != path]
    used = re.compile(rf'"{re.escape(path.name)}"|(from|import) {path.stem}\b')
    assert any(used.search(text) for text in texts)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`attack:([^`]+)`", SECURITY))))
def test_an_attack_that_security_md_names_is_one(name: str) -> None:
    assert name in [attack.name for attack in ATTACKS]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[^`]+)`", SECURITY))))
def test_a_test_that_security_md_names_is_one(name: str) -> None:
    file, _, function = name.partition("::")
    assert f"\ndef {function}(" in (ROOT / file).read_text() if function else (ROOT / file).exists()


def test_every_attack_stands_for_a_promise_and_every_promise_has_a_test() -> None:
    assert [each.name for each in ATTACKS if f"`attack:{each.name}`" not in SECURITY] == []
    rows = [line for line in SECURITY.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if row != "| promise | held by |"]
    assert len(promises) > 15
    assert [line for line in promises if not re.search(r"`(attack:|tests/)", line)] == []


@pytest.mark.parametrize("judge", [could_nothing, prints_only("hello")])
def test_a_client_that_had_no_time_to_try_all_is_no_proof_and_breaks_nothing(judge: Judge) -> None:
    client = Transcript("client", "powers.py", stopped_for="it had not ended after 10 s")
    hosts = (HostObservation("client", {}, (client,), Capture((), 0, "client"), ()),)
    seen = Observation("try", Family.IPV4, hosts)
    played = Played(Call(1, "", 12.0, 40), Path("kept"), seen)
    result = carry_out(Attack("powers", "powers", "", lambda _: judge(played)), "the lab")
    assert result.outcome is Outcome.FAILED
    assert "not all was tried: it had not ended after 10 s" in result.figures
    assert status([result]) == 3
