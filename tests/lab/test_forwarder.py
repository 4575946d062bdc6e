"""A scenario about faults holds by the forwarder as it does by what the lab chooses."""

from __future__ import annotations

from lab_clone import Clone


def test_a_scenario_holds_by_the_forwarder(this_lab: Clone) -> None:
    said = this_lab.lab("run", "tcp_retransmission", "tcp_versus_udp", LAB_FAULTS="forwarder")
    assert said.status == 0, said.text
    assert "4 of 4 runs hold" in said.stdout


def test_a_mechanism_that_there_is_not_is_told_and_nothing_is_judged(this_lab: Clone) -> None:
    said = this_lab.lab("run", "tcp_retransmission", "--ipv4", LAB_FAULTS="tbf")
    assert said.status != 0
    assert "LAB_FAULTS=tbf" in said.text
    assert "Traceback" not in said.text
    assert "✗" not in said.stdout
