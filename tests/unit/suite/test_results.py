"""Results as JSON: each key is in docs/json.md, and each key of docs/json.md is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from places import ROOT
from played import hello

from lab.clone import Clone
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.suite.proof import Proof, Trial
from lab.suite.results import SCHEMA, from_proofs, to_json
from lab.wire.address import Family

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
CLONE = Clone(Path("/clone"))
GREET, PART = "test_the_client_greets", "test_both_part_as_friends"


def trial(sentence: str, *red: str) -> Trial:
    """Return a trial in which these expectations go red."""
    outcomes = {name: Outcome.FAILS if name in red else Outcome.HOLDS for name in (GREET, PART)}
    verdicts = tuple(Verdict(name, outcome) for name, outcome in outcomes.items())
    return Trial(sentence, Run.of(hello().observation("hello"), verdicts))


BROKEN = (trial("the server is silent", GREET), trial("the client hangs up", PART))
GOOD = Proof("hello", (GREET, PART), (trial("nothing is broken"),), BROKEN, (trial("again"),))


def documented(title: str) -> set[str]:
    """Return the keys in the table below a title of the page."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([\w.\[\]]+)` \|", section, re.MULTILINE))


def keys(value: Any, at: str = "") -> set[str]:
    """Return the paths of all keys in a value: ``runs[].outcome``."""
    if isinstance(value, dict):
        inside = [keys(each, f"{at}.{key}" if at else key) for key, each in value.items()]
        return {path for paths in inside for path in paths}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {at, *keys(value[0], f"{at}[]")}
    return {at}


def two_runs() -> list[Run]:
    """Return a run that fails and one that could not be judged."""
    verdicts = (Verdict("test_it_holds", Outcome.HOLDS), Verdict("test_b", Outcome.FAILS, "no"))
    seen = Run.of(hello().observation("hello"), verdicts)
    return [seen, Run("hello", Family.IPV6, reason="the engine does not answer")]


def test_each_key_of_the_results_is_documented_and_each_documented_key_is_there() -> None:
    assert keys(to_json(two_runs(), CLONE)) == documented("`lab run --json` and `lab judge --json`")


def test_each_key_of_proofs_is_documented_and_each_documented_key_is_there() -> None:
    assert keys(from_proofs([GOOD])) == documented("`lab prove --json`")


def test_results_say_what_became_of_each_run_and_expectation_and_where_to_look() -> None:
    found = json.loads(json.dumps(to_json(two_runs(), CLONE)))
    failed, unjudged = found["runs"]
    assert (found["schema"], found["outcome"]) == (SCHEMA, "could not be judged")
    assert (failed["outcome"], unjudged["outcome"]) == ("does not hold", "could not be judged")
    assert unjudged["inconclusive"] == ["the engine does not answer"]
    assert failed["expectations"][1] == {
        "name": "test_b",
        "sentence": "b",
        "outcome": "does not hold",
        "detail": "no",
    }
    assert failed["page"] == "/clone/out/hello/ipv4/page.html"


def test_a_proof_says_who_noticed_which_break() -> None:
    (found,) = from_proofs([GOOD])["proofs"]
    assert found["proved"]
    assert {each["sentence"]: each["noticed_by"] for each in found["breaks"]} == {
        "the server is silent": ["test_the_client_greets"],
        "the client hangs up": ["test_both_part_as_friends"],
    }
