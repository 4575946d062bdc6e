"""A fault at a host's port is between the two taps: sent on the one side, and not yet arrived.

Run by ``boot.py`` in the kernel that it has booted, and nowhere else. sender ── bridge ── receiver
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from lab import Delay, Loss, Rate
from lab.hosts.docker.port import SCRIPT, PortFault, given
from lab.runner.own_link import WAYS, Way, happens
from lab.scenario.fault import Impairment

RECEIVER = "10.79.0.2"
SENT = 60
BUILD = """
ip link add ports type bridge
ip link set ports up
for each in 1 2; do
    ip netns add end$each
    ip link add port$each type veth peer name card netns end$each
    ip link set port$each master ports up
    ip netns exec end$each ip link set card up
    ip netns exec end$each ip addr add 10.79.0.$each/24 dev card
done
"""


def run(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[int, int]]:
    """Make the two hosts; the indices of the sender's card and of its port."""
    run("sh", "-ec", BUILD)
    [card] = json.loads(run("ip", "-n", "end1", "-j", "link", "show", "card"))
    run("ip", "netns", "exec", "end1", "ping", "-c1", "-w20", RECEIVER)
    yield card["ifindex"], card["link_index"]
    run("sh", "-ec", "ip netns del end1; ip netns del end2; ip link del ports")


def as_it_is() -> str:
    return run("sh", "-c", "tc qdisc; ip -br link | cut -d' ' -f1")


def held(fault: Impairment, way: Way, pair: tuple[int, int]) -> PortFault:
    what = happens(fault)
    environment = {**os.environ, **given(pair, WAYS[way], what)}
    return PortFault(["sh", "-c", SCRIPT], environment, is_loss="PROGRAM" in what)


def pinged(*more: str) -> tuple[int, float, int, int]:
    """Return the answers, the least time (ms), and what requests left and reached the two hosts."""
    before = echoes()
    words = ["ip", "netns", "exec", "end1", "ping", "-q", "-i0.01", "-W2", *more, RECEIVER]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    sent, came = (now - then for now, then in zip(echoes(), before, strict=True))
    answers = int(said.partition(" received")[0].rpartition(" ")[2])
    least = float(said.partition("mdev = ")[2].partition("/")[0] or 0)
    return answers, least, sent, came


def echoes() -> tuple[int, int]:
    """Return how many frames the sender's card has sent, and the receiver's has got."""
    counted = []
    for host, way in (("end1", "tx"), ("end2", "rx")):
        [card] = json.loads(run("ip", "-n", host, "-s", "-j", "link", "show", "card"))
        counted.append(int(card["stats64"][way]["packets"]))
    return counted[0], counted[1]


@pytest.mark.parametrize("way", ["towards", "from", "both"])
def test_what_is_lost_at_a_port_was_sent(pair: tuple[int, int], way: Way) -> None:
    before = as_it_is()
    fault = held(Loss(), way, pair)
    answers, _, sent, came = pinged(f"-c{SENT}")
    matched, met = fault.counted()
    fault.undo()
    assert answers == 0
    assert sent >= SENT
    assert came < SENT if way != "towards" else came >= SENT
    assert matched >= met >= SENT
    assert as_it_is() == before
    assert pinged("-c1", "-w20")[0] == 1


@pytest.mark.parametrize("way", ["towards", "from"])
def test_a_share_of_what_passes_a_port_is_lost(pair: tuple[int, int], way: Way) -> None:
    fault = held(Loss(share=0.5), way, pair)
    answers = pinged(f"-c{SENT}")[0]
    met = fault.counted()[1]
    fault.undo()
    assert answers in range(SENT // 2 - 24, SENT // 2 + 25)
    assert met == SENT - answers


@pytest.mark.parametrize(("way", "least"), [("towards", 100), ("from", 100), ("both", 200)])
def test_what_is_delayed_at_a_port_comes_later(pair: tuple[int, int], way: Way, least: int) -> None:
    before = as_it_is()
    fault = held(Delay(seconds=0.1), way, pair)
    answers, time, sent, came = pinged("-c10")
    met = fault.counted()[1]
    fault.undo()
    assert answers == 10
    assert time >= least
    assert min(sent, came, met) >= 10
    assert as_it_is() == before


@pytest.mark.parametrize("way", ["towards", "from"])
def test_a_slow_port_takes_as_long_as_the_bits_need(pair: tuple[int, int], way: Way) -> None:
    fault = held(Rate(bits_per_second=100_000), way, pair)
    answers, time, *_ = pinged("-c2", "-s972")
    fault.undo()
    assert answers == 2
    assert time >= 80  # 1000 bytes of IP, 14 of Ethernet: 81 ms


def test_a_port_is_undone_when_its_holder_is_killed(pair: tuple[int, int]) -> None:
    before = as_it_is()
    holder = held(Loss(), "both", pair)
    holder._process.kill()
    holder.undo()
    held(Delay(seconds=0.01), "both", pair).undo()  # undoes what that one left
    assert as_it_is() == before
