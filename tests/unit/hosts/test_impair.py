"""What becomes of packets under an impairment: the same packets and seeds, the same fates."""

from __future__ import annotations

import frames
import pytest

from lab import Delay, Duplicate, Loss, Rate, Reorder, Tcp, Udp
from lab.errors import ScenarioInvalid, UnknownName
from lab.hosts.agent.faults.impair import CardPair, Rule, facts
from lab.hosts.agent.faults.relay import through
from lab.runner.placement import FaultSite, place
from lab.scenario.fault import Corrupt, Impairment, Mtu

V4, V6 = ("10.77.0.10", "10.77.2.30"), ("fd00:10:77::10", "fd00:10:77:2::30")


def udp(ends: tuple[str, str], *, port: int = 7000, data: bytes = b"hello") -> bytes:
    return frames.ip(frames.udp(data, ports=(40000, port), between=ends), 17, ends)


def tcp(ends: tuple[str, str], flags: int, data: bytes = b"") -> bytes:
    segment = frames.tcp(data, ports=(40000, 80), flags=flags, between=ends)
    return frames.ip(segment, 6, ends)


def fates(
    impairment: Impairment, packets: list[bytes], **place: object
) -> list[list[tuple[float, bytes]]]:
    meeting = Rule({**impairment.description, **place})
    way = CardPair(entered=1, leaves=2)
    return [
        [(copy.time, copy.data) for copy in through([meeting], float(at), packet, way)]
        for at, packet in enumerate(packets)
    ]


def survivors(impairment: Impairment, packets: list[bytes], **place: object) -> list[int]:
    return [number for number, fate in enumerate(fates(impairment, packets, **place), 1) if fate]


@pytest.mark.parametrize("ends", [V4, V6])
def test_the_nth_packet_of_a_service_is_lost_and_no_other(ends: tuple[str, str]) -> None:
    packets = [udp(ends), udp(ends, port=9), udp(ends), udp(ends)]
    assert survivors(Loss(nth=2, of=Udp(7000)), packets) == [1, 2, 4]


@pytest.mark.parametrize("ends", [V4, V6])
def test_segments_with_data_are_told_from_those_without(ends: tuple[str, str]) -> None:
    packets = [tcp(ends, 0x02), tcp(ends, 0x10), tcp(ends, 0x18, b"one"), tcp(ends, 0x18, b"two")]
    assert survivors(Loss(having="data", of=Tcp(80)), packets) == [1, 2]
    assert survivors(Loss(having="SYN", of="tcp"), packets) == [2, 3, 4]
    assert survivors(Loss(having="data", nth=2), packets) == [1, 2, 3]


def test_the_same_seed_loses_the_same_packets() -> None:
    packets = [udp(V4)] * 200
    one, other = Loss(share=0.3, seed=7), Loss(share=0.3, seed=8)
    assert survivors(one, packets) == survivors(one, packets)
    assert survivors(one, packets) != survivors(other, packets)
    assert 100 < len(survivors(one, packets)) < 180


def test_only_what_passes_the_card_on_that_side_is_met() -> None:
    packets = [udp(V4)]
    assert survivors(Loss(), packets, card=2, side="leaves") == []
    assert survivors(Loss(), packets, card=2, side="entered") == [1]
    assert survivors(Loss(), packets, card=1, side="either") == []
    assert survivors(Loss(), packets, card=3, side="either") == [1]


def test_a_delay_keeps_the_order_whatever_the_jitter() -> None:
    times = [fate[0][0] for fate in fates(Delay(seconds=5, jitter=4.9, seed=3), [udp(V4)] * 50)]
    assert times == sorted(times)
    assert all(late >= at for at, late in enumerate(times))


def test_a_packet_that_is_held_back_is_overtaken() -> None:
    times = [fate[0][0] for fate in fates(Reorder(nth=1, seconds=1.5), [udp(V4)] * 3)]
    assert sorted(range(3), key=times.__getitem__) == [1, 0, 2]


def test_a_duplicate_leaves_twice_with_the_same_bytes() -> None:
    packet = udp(V6)
    assert [data for _, data in fates(Duplicate(), [packet])[0]] == [packet, packet]


@pytest.mark.parametrize("ends", [V4, V6])
def test_one_bit_is_turned_behind_the_headers(ends: tuple[str, str]) -> None:
    packet = udp(ends)
    ((_, spoilt),) = fates(Corrupt(), [packet])[0]
    differing = [a ^ b for a, b in zip(packet, spoilt, strict=True)]
    assert sum(byte.bit_count() for byte in differing) == 1
    assert not any(differing[: facts(packet).start + 8])


def test_a_rate_limit_spreads_packets_and_loses_what_finds_the_queue_full() -> None:
    packet = udp(V4, data=bytes(83))  # a frame of 125 bytes: a second at 1,000 bit/s
    meeting = Rule(Rate(bits_per_second=1000, queue=300).description)
    left = [through([meeting], 0.0, packet, CardPair()) for _ in range(4)]
    assert [copy.time for copies in left for copy in copies] == [1.0, 2.0]


def test_a_later_fragment_has_no_ports() -> None:
    whole = bytearray(udp(V4))
    whole[6:8] = (185).to_bytes(2, "big")
    assert facts(bytes(whole)).ports is None


def test_faults_that_cannot_be_meant_are_refused() -> None:
    for wrong in (
        lambda: Loss(nth=1, share=0.5),
        lambda: Loss(share=1.5),
        lambda: Loss(nth=0) if Loss(nth=0).nth else Loss(nth=-1),
        lambda: Mtu(1000),
    ):
        with pytest.raises(ScenarioInvalid):
            wrong()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Loss(nth=3, of=Tcp(80), having="data"), "loss of the 3rd of the TCP 80 data packets"),
        (Loss(nth=(1, 2, 11)), "loss of the 1st, 2nd and 11th of the packets"),
        (Loss(share=0.25, seed=9), "loss of 25% of the packets (seed 9)"),
        (Loss(share=0.25), "loss of 25% of the packets"),
        (Delay(seconds=0.1, jitter=0.02), "delay by 100 ms ± 20 ms of all packets"),
    ],
)
def test_a_fault_says_what_it_is(fault: Impairment, said: str) -> None:
    assert str(fault) == said


FIGURE = {
    "client": ("lan",),
    "router": ("lan", "middle"),
    "router2": ("middle", "far"),
    "remote": ("far",),
}


@pytest.mark.parametrize(
    ("network", "towards", "where"),
    [
        ("middle", "remote", FaultSite("router", "middle", "leaves")),
        ("middle", "client", FaultSite("router2", "middle", "leaves")),
        ("far", "remote", FaultSite("router2", "far", "leaves")),
        ("far", "client", FaultSite("router2", "far", "entered")),
        ("lan", "client", FaultSite("router", "lan", "leaves")),
        ("lan", "remote", FaultSite("router", "lan", "entered")),
        ("middle", None, FaultSite("router", "middle", "either")),
    ],
)
def test_a_fault_is_placed_where_packets_meet_it(
    network: str, towards: str | None, where: FaultSite
) -> None:
    assert place(FIGURE, network, towards) == where


def test_without_a_router_nothing_can_be_lost_on_the_way() -> None:
    with pytest.raises(UnknownName, match="no router"):
        place({"client": ("lan",), "server": ("lan",)}, "lan", "server")
    with pytest.raises(UnknownName, match="lan, middle"):
        place(FIGURE, "moon", None)
    with pytest.raises(UnknownName, match="nobody"):
        place(FIGURE, "lan", "nobody")
