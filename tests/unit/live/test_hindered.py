"""A fault as the page asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from lab.errors import UsageError
from lab.hosts.docker.compose.file import Plan
from lab.live.hindered import AWAY, fault_of, needed, own_link_fault
from lab.scenario.fault import Delay, Fault, LinkDown, Loss, Partition, Rate


@pytest.mark.parametrize(
    ("kind", "amount", "fault"),
    [
        ("lose", "20", Loss(share=0.2)),
        ("lose", "100", Loss()),
        ("delay", "100", Delay(seconds=0.1)),
        ("rate", "100000", Rate(bits_per_second=100_000)),
        ("cut", "", Partition()),
    ],
)
def test_what_the_page_asks_for_is_a_fault_of_the_lab(kind: str, amount: str, fault: Fault) -> None:
    assert fault_of({"kind": kind, "amount": amount}) == fault


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"kind": "explode"},
        {"kind": "lose", "amount": "0"},
        {"kind": "lose", "amount": "101"},
        {"kind": "lose", "amount": "many"},
        {"kind": "lose", "amount": []},
        {"kind": "delay", "amount": "-1"},
        {"kind": "delay", "amount": "nan"},
        {"kind": "rate", "amount": "1"},
        {"kind": "rate", "amount": "inf"},
    ],
)
def test_what_is_no_fault_is_refused_with_what_would_be_one(wanted: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is no amount"):
        fault_of(wanted)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ({"kind": "cut", "towards": ""}, (LinkDown(), None, False)),
        ({"kind": "cut", "towards": "client"}, (Partition(), "client", False)),
        ({"kind": "lose", "amount": "20"}, (Loss(share=0.2), None, False)),
        ({"kind": "delay", "amount": "100", "towards": AWAY}, (Delay(seconds=0.1), None, True)),
    ],
)
def test_a_host_s_own_link_has_faults_towards_it_and_away_from_it(
    wanted: dict[str, Any], asked: tuple[Fault, str | None, bool]
) -> None:
    assert own_link_fault("client", wanted) == asked


def test_a_host_s_own_link_goes_to_everybody() -> None:
    with pytest.raises(UsageError, match="not only what is for server"):
        own_link_fault("client", {"kind": "lose", "amount": "20", "towards": "server"})


def plan(name: str, *networks: str, needs: tuple[str, ...] = ()) -> Plan:
    return Plan(name, needs=needs, attached=dict.fromkeys(networks, ("10.7.0.1",)))


@pytest.mark.parametrize(
    ("network", "towards", "hosts"),
    [
        ("middle", "", ["client", "remote"]),
        ("lan", "server", ["client", "remote", "server"]),
        ("home", "", ["nat", "inside"]),
        ("home", "other", ["nat", "inside", "other"]),
        ("home", "nobody", ["nat", "inside"]),
        ("elsewhere", "", []),
    ],
)
def test_a_fault_on_a_network_takes_a_router_and_somebody_behind_it(
    network: str, towards: str, hosts: list[str]
) -> None:
    known = [
        plan("client", "lan"),
        plan("server", "lan"),
        plan("router", "lan", "middle"),
        plan("remote", "middle", needs=("router",)),
        plan("nat", "lan", "home"),
        plan("inside", "home", needs=("nat",)),
        plan("other", "home", needs=("nat",)),
    ]
    assert needed(network, towards, {each.name: each for each in known}) == hosts


def test_a_course_of_other_hosts_has_faults_too() -> None:
    known = [plan("alice", "one"), plan("gate", "one", "two"), plan("bob", "two")]
    assert needed("two", "", {each.name: each for each in known}) == ["gate", "bob"]
