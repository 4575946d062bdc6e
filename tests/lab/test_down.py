"""`lab down` leaves nothing up, though a run is in progress, or the engine is stubborn."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from unittest import mock

import pytest
from endless import wait_for_both_programs, wait_until_nothing_is_left, write_endless_scenario
from lab_clone import Clone, interrupt
from stubborn_engine import StubbornEngine
from waiting import PATIENCE

KEEPS = "the engine does not give up "


@pytest.fixture
def stubborn() -> Iterator[StubbornEngine]:
    """Give an engine that does not give up the networks that it is told of."""
    engine = StubbornEngine()
    yield engine
    engine.close()


def test_down_waits_for_a_run_and_stays_down(second_lab: Clone) -> None:
    write_endless_scenario(second_lab)
    run = second_lab.start("run", "endless", "tcp_connect")
    wait_for_both_programs(second_lab)
    down = second_lab.start("down")
    assert down.stderr is not None
    assert "waiting for another session on this lab to end" in down.stderr.readline()
    assert interrupt(run).status == 130
    assert down.wait(PATIENCE) == 0
    wait_until_nothing_is_left(second_lab)
    assert (second_lab.ids(), second_lab.networks()) == ({}, [])


@pytest.mark.parametrize("words", [("run", "tcp_connect"), ("up",)])
def test_down_after_a_kill_stays_down(second_lab: Clone, words: tuple[str, ...]) -> None:
    """Compose goes on without the lab: it must not bring a host up behind the back of `down`."""
    for moment in (0.4, 0.6, 0.8, 1.0):
        process = second_lab.start(*words)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        assert second_lab.lab("down").status == 0
        wait_until_nothing_is_left(second_lab)
        assert (second_lab.ids(), second_lab.networks()) == ({}, [])


def test_a_network_that_the_engine_keeps_is_told_once_and_the_lab_comes_up_again(
    second_lab: Clone, stubborn: StubbornEngine
) -> None:
    with mock.patch.dict(second_lab.environment, DOCKER_HOST=stubborn.url):
        assert second_lab.lab("up").status == 0
        (first,) = (name for name in second_lab.networks() if name.endswith("_lan"))
        (ghost,) = json.loads(second_lab.docker("network", "inspect", first))
        stubborn.kept.add(ghost["Id"])
        down = second_lab.lab("down")
        assert down.status == 0, down.text
        assert f"{KEEPS}{first}, though nobody is on it" in down.stderr
        assert (second_lab.ids(), second_lab.networks()) == ({}, [first])
        again = second_lab.lab("run", "tcp_connect")
        assert again.status == 0, again.text
        assert second_lab.ids() == {}
        down = second_lab.lab("down")
        assert down.status == 0, down.text
        assert KEEPS not in down.stderr
        assert "is down" in second_lab.lab("status").stdout
        stubborn.kept.clear()  # the engine has started anew
        assert second_lab.lab("down").status == 0
        assert second_lab.networks() == []
        up = second_lab.lab("up", "client")
        assert up.status == 0, up.text
        assert "client" in second_lab.ids()
