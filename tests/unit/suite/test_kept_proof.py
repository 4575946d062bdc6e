"""What a proof leaves in out/, and when it is still true."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from places import ROOT

from lab.clone import Clone
from lab.scenario import catalogue
from lab.suite import kept_proof
from lab.suite.proof import Proof

SCENARIO = catalogue.load(ROOT / "scenarios" / "tcp_connect")
FOUND = Proof("tcp_connect", ("test_it",), (), (), ())


def test_what_a_proof_found_is_kept(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    kept_proof.keep(clone, FOUND)
    found = kept_proof.load(clone, SCENARIO)
    assert found is not None
    assert found["expectations"] == ["test_it"]
    assert found["breaks"] == []


def test_a_proof_older_than_a_file_of_its_scenario_is_none(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    kept_proof.keep(clone, FOUND)
    os.utime(clone.results("tcp_connect") / kept_proof.FILE, ns=(0, 1))
    assert kept_proof.load(clone, SCENARIO) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"proofs": []}', '{"proofs": [{"breaks": [1]}]}'])
def test_what_is_no_proof_is_none(tmp_path: Path, text: str) -> None:
    clone = Clone(tmp_path)
    assert kept_proof.load(clone, SCENARIO) is None
    clone.results("tcp_connect").mkdir(parents=True)
    (clone.results("tcp_connect") / kept_proof.FILE).write_text(text)
    assert kept_proof.load(clone, SCENARIO) is None
