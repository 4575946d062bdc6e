"""What steps can ask of a run."""

from __future__ import annotations

from pathlib import Path

from lab.hosts.docker.compose.lab import Lab
from lab.runner.stage import Stage
from lab.wire.address import Family

ROOT = Path(__file__).resolve().parents[3]


def test_steps_reach_every_host_of_the_lab_by_its_name() -> None:
    stage = Stage({}, Family.IPV4, {}, files={})
    assert set(dir(stage)).isdisjoint(Lab(ROOT).hosts)
