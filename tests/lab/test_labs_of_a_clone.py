"""Two labs of one clone at once: neither sees the other, and nothing is left of either."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier

import pytest
from endless import (
    wait_for_both_programs,
    wait_for_no_process,
    wait_until_nothing_is_left,
    write_endless_scenario,
)
from lab_clone import Clone, MakeClone, interrupt
from waiting import PATIENCE

from lab import clone as the_clone
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.pool import open_pool
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.scenario import catalogue
from lab.wire.address import Family


@pytest.fixture(scope="module")
def pair(make_clone: MakeClone) -> Iterator[tuple[Clone, Clone]]:
    """Give the first lab and the second lab of one clone, both down."""
    first = make_clone()
    write_endless_scenario(first)
    second = Clone(first.root)
    second.project = Lab(first.root, 2).project
    yield first, second
    second.take_down()
    first.take_down()


def test_both_run_at_the_same_time_and_neither_sees_the_other(pair: tuple[Clone, Clone]) -> None:
    clone = the_clone.Clone(pair[0].root)
    (scenario,) = catalogue.select(clone.scenarios, ["tcp_connect"])
    together = Barrier(2, timeout=PATIENCE)

    def play(family: Family, lab: RunningLab) -> tuple[str, Observation]:
        together.wait()
        return lab.project, observe(lab, scenario, family)

    families = [Family.IPV4, Family.IPV6]
    with open_pool(clone, 2, lambda _: None) as pool:
        futures = pool.spread(families, lambda _: scenario.hosts, play)
        played = dict(future.result() for future in futures)
    assert played.keys() == {lab.project for lab in pair}
    for observation in played.values():
        assert observation.inconclusive == ()
        assert observation.failures == []
        own = set(observation.names)
        for host in observation.hosts:
            assert host.capture is not None
            seen = {
                end.ip
                for packet in host.capture.packets
                for end in (packet.source, packet.destination)
                if end is not None
            }
            assert seen
            # The engine's own card on the link speaks too (MLD), from a link-local address or,
            # before that address is proved unique, from none (RFC 4862, 5.4.2).
            assert {ip for ip in seen if not ip.startswith(("ff", "fe80:"))} - {"::"} <= own
    addresses = [
        {address for host in each.hosts for address in host.addresses.values()}
        for each in played.values()
    ]
    assert addresses[0].isdisjoint(addresses[1])


def test_both_are_shown_and_stay_up(pair: tuple[Clone, Clone]) -> None:
    said = pair[0].lab("status")
    assert said.status == 0, said.text
    assert "Beside it is lab 2: client, dns, server" in said.stdout
    assert "beside it lab 2" in pair[0].lab("doctor").stdout
    assert all(set(lab.ids("running")) == {"client", "server", "dns"} for lab in pair)


def test_a_lab_is_lent_to_one_at_a_time_and_the_next_gets_the_other(
    pair: tuple[Clone, Clone],
) -> None:
    clone = the_clone.Clone(pair[0].root)
    with (
        open_pool(clone, 2, lambda _: None) as ours,
        open_pool(clone, 2, lambda _: None) as theirs,
        ours.lend(["client"]) as one,
        theirs.lend(["client"]) as other,
    ):
        assert [one.project, other.project] == [lab.project for lab in pair]


def test_of_a_session_that_is_killed_nothing_runs_on_either(pair: tuple[Clone, Clone]) -> None:
    session = pair[0].start("run", "-j", "2", "endless")
    for lab in pair:
        wait_for_both_programs(lab)
    session.kill()
    session.communicate()
    for lab in pair:
        wait_until_nothing_is_left(lab)
    said = pair[0].lab("run", "tcp_connect")
    assert said.status == 0, said.text


def test_ctrl_c_ends_a_session_on_both_and_leaves_nothing(pair: tuple[Clone, Clone]) -> None:
    session = pair[0].start("run", "-j", "2", "endless")
    for lab in pair:
        wait_for_both_programs(lab)
    said = interrupt(session)
    assert said.status == 130, said.text
    assert "interrupted" in said.stderr
    assert "Traceback" not in said.text
    for lab in pair:
        wait_until_nothing_is_left(lab)


def test_down_takes_both_down(pair: tuple[Clone, Clone]) -> None:
    assert pair[0].lab("down").status == 0
    for lab in pair:
        assert lab.ids() == {}
        assert lab.networks() == []
        wait_for_no_process(lab)
