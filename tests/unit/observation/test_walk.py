"""A walk is the same as another where only what the clock and the kernel choose differs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from walks import small_walk

from lab.observation.steps.walk import Crossing, Result, SocketState, essence, folded


def test_ports_that_the_kernel_chose_and_times_make_no_other_walk() -> None:
    one, other = small_walk(port=40000), small_walk(port=51234)
    assert one.text() != other.text()
    assert one.essence() == other.essence()


def test_only_the_first_step_of_a_socket_in_time_wait_counts() -> None:
    walk = small_walk()
    left = SocketState("client", "tcp", ":40000", "TIME_WAIT")
    walks = [
        replace(
            walk,
            steps=(
                walk.steps[0],
                *(
                    replace(each, sockets=several)
                    for each, several in zip(walk.steps[1:], sockets, strict=True)
                ),
            ),
        )
        for sockets in [((left,), (left,)), ((left,), ()), ((), (left,))]
    ]
    first, shorter, later = (each.essence() for each in walks)
    assert first == shorter != later


def test_what_the_kernel_sends_by_its_clock_can_be_left_out() -> None:
    walk = small_walk()
    own = [
        Crossing("server", "client", "ACK", kind="ack"),
        Crossing("client", "server", '"hello" retransmission', kind="data"),
        Crossing("client", "server", "ACK zero window probe", kind="ack"),
    ]
    more = replace(walk.steps[1], packets=(*walk.steps[1].packets, *own))
    other = replace(walk, steps=(walk.steps[0], more, *walk.steps[2:]))
    assert other.essence() != walk.essence()
    assert essence(other.text(), own=False) == essence(walk.text(), own=False)


def test_how_many_bytes_lie_in_a_queue_can_be_left_out() -> None:
    walk = small_walk()
    queued = tuple(replace(each, unsent=each.unsent + 1448) for each in walk.steps[1].sockets)
    other = replace(
        walk, steps=(walk.steps[0], replace(walk.steps[1], sockets=queued), walk.steps[2])
    )
    assert other.essence() != walk.essence()
    assert essence(other.text(), own=False) == essence(walk.text(), own=False)


def test_another_number_of_the_same_size_makes_another_walk() -> None:
    one, other = (small_walk(printed=f"{number} bytes") for number in (41000, 42000))
    assert one.essence() != other.essence()


def test_another_order_of_packets_makes_another_walk() -> None:
    walk = small_walk()
    swapped = replace(walk.steps[1], packets=walk.steps[1].packets[::-1])
    assert replace(walk, steps=(walk.steps[0], swapped, walk.steps[2])).essence() != walk.essence()


def test_steps_json_holds_what_the_walk_has() -> None:
    kept = json.loads(small_walk().text())
    assert kept["version"] == 1
    assert kept["steps"][1]["packets"][0]["text"] == "SYN"
    assert kept["steps"][1]["ran"] == {"file": "client.py", "line": 2, "function": ""}
    assert kept["steps"][1]["calls"] == []


def test_a_name_look_up_is_one_packet_in_whatever_order_its_answers_come() -> None:
    ask, answer, syn = (
        Crossing("client", "dns", "A? server", kind="dns"),
        Crossing("dns", "client", "A 10.0.0.1", kind="dns"),
        Crossing("client", "server", "SYN", kind="control"),
    )
    (look_up, then) = folded([ask, answer, syn])
    assert (look_up.receiver, look_up.text, then) == ("dns", "name look-up, 2 packets", syn)
    assert folded([ask, ask, answer, answer]) == folded([ask, answer, ask, answer])


@pytest.mark.parametrize(
    ("kind", "status"), [("ended", 0), ("left", 0), ("deadlock", 1), ("refused", 1), ("failed", 1)]
)
def test_only_an_end_or_a_reader_who_leaves_has_status_0(kind: str, status: int) -> None:
    assert Result(kind, "").exit_status == status


def test_a_time_belongs_to_the_step_that_had_not_ended() -> None:
    steps = tuple(
        replace(step, ended_ns=ended_ns)
        for step, ended_ns in zip(small_walk().steps, (10, 20, 30), strict=True)
    )
    walk = replace(small_walk(), steps=steps)
    assert [walk.step_at(time_ns) for time_ns in (5, 10, 11, 30, 31)] == [0, 0, 1, 2, None]
