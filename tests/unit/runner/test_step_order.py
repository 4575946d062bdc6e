"""Who moves next, how time passes for programs, and when they wait for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from walks import lane

from lab.errors import UnknownName
from lab.observation.steps.walk import Lane, Result, Stepped
from lab.runner.step.order import MOST_IDLE, Clock, ending, idle, movable, order

PROGRAMS = (Stepped("server", "server.py", "server"), Stepped("client", "client.py", "client"))
STANDING = [lane(0, "stands", 1), lane(1, "stands", 1)]


@pytest.mark.parametrize(("name", "program"), [("server", 0), ("client", 1)])
def test_an_order_prefers_its_role_and_takes_another_where_that_cannot_move(
    name: str, program: int
) -> None:
    chosen = order(name)(STANDING, PROGRAMS)
    assert chosen is not None
    assert chosen.program == program
    assert order(name)(STANDING[1 - program :][:1], PROGRAMS) == STANDING[1 - program]


def test_a_seed_gives_the_same_order_again() -> None:
    one, other, third = (order(f"seed:{seed}") for seed in (7, 7, 8))
    taken = [[each(STANDING, PROGRAMS) for _ in range(20)] for each in (one, other, third)]
    assert taken[0] == taken[1] != taken[2]


@pytest.mark.parametrize("name", ["seed", "seed:x", "both", ""])
def test_an_order_that_there_is_not_is_told(name: str) -> None:
    with pytest.raises(UnknownName, match="--order server, client or seed:7"):
        order(name)


def test_clients_stay_where_they_are_until_the_servers_listen_or_cannot_move() -> None:
    assert movable(STANDING, PROGRAMS, {0}) == STANDING[:1]
    assert movable(STANDING, PROGRAMS, ()) == STANDING
    assert movable([lane(0, "waits", 1, "recv"), STANDING[1]], PROGRAMS, {0}) == STANDING[1:]


def test_the_time_that_runs_out_first_runs_out_first() -> None:
    long, short = (
        replace(lane(program, "waits", 4, "recv"), seconds=seconds)
        for program, seconds in ((0, 5.0), (1, 2.0))
    )
    clock = Clock()
    assert clock.look([long, short]) == [long, short]
    assert clock.look([long, short]) == []
    assert clock.next() == short
    assert clock.expire(short) == 2.0
    clock.look([long])
    assert clock.next() == long
    assert clock.expire(long) == 3.0, "two of its five seconds had passed"
    assert clock.next() is None


def test_a_server_that_looks_again_and_again_does_so_for_ever() -> None:
    poll = replace(lane(0, "waits", 4, "poll"), seconds=0.5)
    clock = Clock()
    for _ in range(MOST_IDLE):
        clock.look([poll])
        assert clock.next() == poll
        clock.expire(poll)
    clock.look([poll])
    assert clock.next() is None
    clock.happened()
    assert clock.next() == poll


def test_two_that_wait_for_each_other_are_a_deadlock_with_their_lines() -> None:
    waiting = [lane(0, "waits", 9, "recv"), lane(1, "waits", 7, "recv")]
    result = ending(waiting, PROGRAMS)
    said = "both wait in recv, server.py:9 and client.py:7; nobody will ever send"
    assert (result.kind, result.text) == ("deadlock", said)


def test_calls_that_differ_are_each_named() -> None:
    result = ending([lane(0, "waits", 9, "accept"), lane(1, "waits", 7, "recv")], PROGRAMS)
    said = "server.py:9 waits in accept, client.py:7 waits in recv; nobody will ever send"
    assert (result.kind, result.text) == ("deadlock", said)


def test_an_open_window_that_waits_for_who_looks_at_it_is_no_deadlock() -> None:
    lanes = [lane(0, "waits", 9, "recv"), lane(1, "waits", 7, "")]
    result = ending(lanes, PROGRAMS, {1})
    assert result.kind == "ended"
    assert result.text == "client.py:7: a window is open, and the lab closes it"
    assert ending(lanes, PROGRAMS).kind == "deadlock"


def test_a_server_that_waits_for_the_next_who_calls_is_no_deadlock() -> None:
    lanes = [lane(0, "waits", 9, "accept"), Lane(1, 0, "ended")]
    assert ending(lanes, PROGRAMS).kind == "ended"
    assert ending([lane(0, "waits", 9, "recv"), Lane(1, 0, "ended")], PROGRAMS).kind == "deadlock"
    assert ending([Lane(0, 0, "ended"), lane(1, "waits", 7, "recvfrom")], PROGRAMS).kind == (
        "deadlock"
    )
    assert ending([Lane(0, 0, "ended")], PROGRAMS).text == "all programs have ended"


@pytest.mark.parametrize("call", ["join", "wait", "sleep", "input", ""])
def test_a_server_one_of_whose_threads_waits_for_who_calls_is_no_deadlock(call: str) -> None:
    waits, left = lane(0, "waits", 12, call), Lane(1, 0, "ended")
    by_its_own = lane(0, "waits", 9, "accept", 1)
    told = "server.py:9 in accept: it waits for the next who calls, and everybody has left"
    assert ending([waits, by_its_own, left], PROGRAMS) == Result("ended", told)
    helper = lane(0, "waits", 11, "poll", 1)
    told = "the thread that server.py:11 started in poll: it waits for the next who calls"
    assert ending([waits, left], PROGRAMS, (), [helper]).text.startswith(told)
    assert ending([Lane(0, 0, "ended"), left], PROGRAMS, (), [helper]).text.startswith(told)


def test_whoever_waits_for_a_server_that_serves_in_a_thread_is_a_deadlock_all_the_same() -> None:
    waits, helper = lane(0, "waits", 12, "join"), lane(0, "waits", 11, "poll", 1)
    asks = lane(1, "waits", 7, "recv")
    result = ending([waits, asks], PROGRAMS, (), [helper])
    assert result.kind == "deadlock"
    assert result.text.startswith("server.py:12 waits in join, client.py:7 waits in recv")
    handler = lane(0, "waits", 5, "recv", 2)
    assert ending([waits, handler], PROGRAMS, (), [helper]).kind == "deadlock"
    of_the_client = lane(1, "waits", 6, "accept", 1)
    assert ending([lane(1, "waits", 7, "join")], PROGRAMS, (), [of_the_client]).kind == "deadlock"


def test_the_time_of_a_helper_runs_out_where_a_thread_of_its_program_may_wait_for_it() -> None:
    helper = replace(lane(0, "waits", 11, "poll", 1), seconds=0.5)
    clock = Clock()
    clock.look([helper])
    assert idle([lane(0, "waits", 12, "wait")], [helper]) == []
    assert idle([lane(0, "waits", 12, "recv")], [helper]) == [helper]
    assert idle([lane(1, "waits", 7, "join")], [helper]) == [helper]
    assert clock.next(without=[helper]) is None
    assert clock.next() == helper
