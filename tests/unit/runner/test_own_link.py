"""A fault at a host's own link, in the words of its port."""

from __future__ import annotations

import pytest

from lab.errors import UsageError
from lab.hosts.docker.port import PortUnavailable, program
from lab.runner.faults import _way
from lab.runner.own_link import happens
from lab.scenario.fault import Corrupt, Delay, Impairment, Loss, Partition, Rate


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (Loss(share=0.3), {"PROGRAM": program(0.3)}),
        (Partition(), {"PROGRAM": program(1.0)}),
        (Delay(seconds=0.05), {"NETEM": "limit 100000 delay 50000us rate 10gbit"}),
        (
            Delay(seconds=0.05, jitter=0.01),
            {"NETEM": "limit 100000 delay 50000us 10000us rate 10gbit"},
        ),
        (Rate(bits_per_second=9600, queue=3100), {"NETEM": "limit 2 rate 9600bit"}),
    ],
)
def test_a_fault_is_what_a_port_can_do(fault: Impairment, what: dict[str, str]) -> None:
    assert happens(fault) == what


@pytest.mark.parametrize(
    "fault",
    [Loss(nth=3), Loss(of="tcp"), Loss(share=0.5, seed=1), Corrupt(), Delay(seconds=1, share=0.5)],
)
def test_what_a_port_cannot_do_is_said(fault: Impairment) -> None:
    with pytest.raises(PortUnavailable, match="a host's own link"):
        happens(fault)


def test_a_way_is_towards_the_host_away_from_it_or_both() -> None:
    assert _way(Loss(), "client", "client", away=False) == "towards"
    assert _way(Loss(), "client", None, away=True) == "from"
    assert _way(Loss(), "client", None, away=False) == "both"
    for towards, away in (("server", False), ("client", True)):
        with pytest.raises(UsageError, match="own link"):
            _way(Loss(), "client", towards, away)
