"""What is dropped at a host's port, and what is counted there."""

from __future__ import annotations

import json
import os
import sys

import pytest

from lab.hosts.docker.port import PortFault, PortUnavailable, counts, given, in_container, program

PASS, DROP = 0xFFFFFFFF, 2
ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD


def verdict(text: str, frame: bytes, drawn: int) -> int:
    """Run a program on a frame as bpf(4) says, with the number that the kernel would draw."""
    count, *lines = text.split(",")
    program_ = [tuple(map(int, line.split())) for line in lines]
    assert len(program_) == int(count)
    at = value = 0
    while True:
        code, if_so, if_not, k = program_[at]
        at += 1
        match code:
            case 0x28:
                value = int.from_bytes(frame[k : k + 2], "big")
            case 0x30:
                value = frame[k]
            case 0x20:
                assert k == 2**32 - 0x1000 + 56
                value = drawn
            case 0x15:
                at += if_so if value == k else if_not
            case 0x25:
                at += if_so if value > k else if_not
            case 0x35:
                at += if_so if value >= k else if_not
            case 0x05:
                at += k
            case 0x06:
                return k


def frame(kind: int, protocol: int = 17, icmp: int = 0) -> bytes:
    made = bytearray(bytes(12) + kind.to_bytes(2, "big") + bytes(60))
    made[20], made[54] = protocol, icmp
    return bytes(made)


@pytest.mark.parametrize(
    "packet", [frame(IPV4), frame(IPV6), frame(IPV6, 58, 128), frame(IPV4, 58, 135)]
)
def test_a_share_of_packets_is_dropped(packet: bytes) -> None:
    quarter = program(0.25)
    assert verdict(quarter, packet, 2**30 - 1) == DROP
    assert verdict(quarter, packet, 2**30) == PASS
    assert verdict(program(1.0), packet, 2**32 - 1) == DROP


@pytest.mark.parametrize(
    "packet", [frame(ARP), *(frame(IPV6, 58, kind) for kind in range(133, 138))]
)
def test_what_finds_neighbours_passes(packet: bytes) -> None:
    assert verdict(program(1.0), packet, 0) == PASS


@pytest.mark.parametrize("kind", [132, 138])
def test_other_icmp_is_dropped(kind: int) -> None:
    assert verdict(program(1.0), frame(IPV6, 58, kind), 0) == DROP


def test_loss_is_counted_by_what_the_port_dropped() -> None:
    port = [{"kind": "noqueue", "packets": 0}, {"kind": "clsact", "packets": 9, "drops": 4}]
    assert counts(json.dumps(port), "[]", is_loss=True) == (9, 4)


def test_delay_is_counted_by_what_has_left_and_what_still_waits() -> None:
    clsact = {"kind": "clsact", "packets": 50, "drops": 0}
    port = [clsact, {"kind": "netem", "packets": 3, "qlen": 2, "drops": 1}]
    middle = [{"kind": "netem", "packets": 4}]
    assert counts(json.dumps(port), json.dumps(middle), is_loss=False) == (10, 10)


def test_what_is_no_count_is_said() -> None:
    with pytest.raises(PortUnavailable, match="tc counted 'gone'"):
        counts("gone", "", is_loss=True)


def held(body: str) -> PortFault:
    return PortFault([sys.executable, "-c", body], os.environ, is_loss=True)


def test_a_fault_is_counted_until_it_is_undone() -> None:
    answers = """print("set", flush=True)
while input() == "":
    print('[{"kind": "clsact", "packets": 5, "drops": 2}]\\n[]', flush=True)"""
    fault = held(answers)
    assert fault.counted() == fault.counted() == (5, 2)
    fault.undo()
    fault.undo()
    with pytest.raises(PortUnavailable, match="undone"):
        fault.counted()


def test_why_a_fault_cannot_be_set_is_said() -> None:
    with pytest.raises(PortUnavailable, match="no such thing here"):
        held("print('no such thing here')")
    with pytest.raises(PortUnavailable, match="docker run ended"):
        held("")


def test_a_holder_that_has_ended_is_said() -> None:
    fault = held("print('set', flush=True)")
    fault._process.wait()
    with pytest.raises(PortUnavailable):
        fault.counted()
    fault.undo()


def test_the_container_gets_what_the_script_needs_and_one_right() -> None:
    words = in_container("lab", "image", given((2, 7), ("egress",), {"NETEM": "delay 1ms"}))
    assert {"CARD=2", "PORT=7", "WAYS=egress", "NETEM=delay 1ms", "PROGRAM="} <= set(words)
    assert words.count("--cap-add") == 1
    assert words[words.index("--cap-add") + 1] == "NET_ADMIN"
