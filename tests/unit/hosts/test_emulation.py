"""Which faults the kernel's emulator does as they are meant, and what it is told."""

from __future__ import annotations

import pytest

from lab import Corrupt, Delay, Duplicate, Loss, Partition, Rate, Reorder, Tcp
from lab.hosts.agent.faults import emulation
from lab.scenario.fault import Impairment


def told(*faults: Impairment) -> str:
    return " ".join(emulation.words(fault.description for fault in faults))


@pytest.mark.parametrize(
    "fault",
    [
        Loss(share=0.2),
        Partition(),
        Delay(seconds=0.1, jitter=0.05, seed=4),
        Duplicate(share=0.5, of=Tcp(80)),
        Reorder(share=0.5, having="SYN"),
        Rate(bits_per_second=1000),
    ],
    ids=str,
)
def test_netem_does_what_chance_or_all_packets_are_about(fault: Impairment) -> None:
    assert emulation.cannot(fault.description) == emulation.differs(fault.description) == ""


@pytest.mark.parametrize(
    "fault",
    [
        Loss(nth=3),
        Loss(share=0.2, seed=1),
        Loss(having="data"),
        Delay(seconds=0.1, share=0.5),
        Delay(seconds=5, jitter=3),
        Rate(bits_per_second=1000, share=0.5),
    ],
    ids=str,
)
def test_what_netem_cannot_do_it_is_not_asked_for(fault: Impairment) -> None:
    assert emulation.cannot(fault.description)


def test_netem_spoils_more_than_is_meant() -> None:
    assert not emulation.cannot(Corrupt(share=0.5).description)
    assert emulation.differs(Corrupt(share=0.5).description)


def test_one_netem_does_one_thing_of_a_kind() -> None:
    assert not emulation.collides("delay", ["loss", "rate"])
    assert emulation.collides("delay", ["loss", "delay"])
    assert emulation.collides("reorder", ["delay"])
    assert emulation.collides("duplicate", ["loss"])


def test_netem_is_told_all_that_it_does_together() -> None:
    said = told(Loss(share=0.25), Delay(seconds=0.1, jitter=0.02), Rate(bits_per_second=64_000))
    assert "loss random 25.000000%" in said
    assert "delay 100000us 20000us" in said
    assert said.endswith("rate 64000bit")


def test_packets_keep_their_order_whatever_the_jitter() -> None:
    assert "rate 10gbit" in told(Delay(seconds=0.1, jitter=0.1))


def test_those_that_are_held_back_are_the_others_to_netem() -> None:
    assert "delay 20000us reorder 75.000000%" in told(Reorder(share=0.25))


@pytest.mark.parametrize(
    ("side", "leaving"),
    [
        ("leaves", {"eth1": emulation.FORWARDED}),
        ("entered", {"eth0": emulation.ENTERED}),
        ("either", {"eth1": emulation.FORWARDED, "eth0": emulation.ENTERED}),
    ],
)
def test_netem_stands_where_what_a_fault_is_about_leaves(
    side: emulation.Side, leaving: dict[str, int]
) -> None:
    assert emulation.leaving(side, "eth1", ["eth0", "eth1"]) == leaving


def test_a_service_is_met_in_both_directions_and_over_both_ip_versions() -> None:
    description = {**Loss(of=Tcp(80), having="SYN").description, "side": "leaves"}
    said = [" ".join(rule) for rule in emulation.marking(description, "eth1")]
    assert [rule.split()[0] for rule in said] == ["iptables"] * 2 + ["ip6tables"] * 2
    assert ["--sport 80" in rule for rule in said] == [True, False] * 2
    assert ["--dport 80" in rule for rule in said] == [False, True] * 2
    assert all("! -i lo -p tcp --tcp-flags SYN SYN" in rule for rule in said)


def test_icmp_has_another_name_over_ipv6() -> None:
    description = {**Loss(of="icmp").description, "side": "entered"}
    four, six = (" ".join(rule) for rule in emulation.marking(description, "eth1"))
    assert "-i eth1 -p icmp" in four
    assert "-i eth1 -p ipv6-icmp" in six


def test_a_rate_loses_what_has_no_room_in_its_queue() -> None:
    group = [Rate(bits_per_second=64_000, queue=3000).description]
    do, undo = emulation.tree("eth1", emulation.FORWARDED, group)
    assert "police rate 64000bit burst 3000 conform-exceed drop/pass" in " ".join(do[-1])
    assert undo == [["tc", "qdisc", "del", "dev", "eth1", "root"]]
