"""A packet is followed from tap to tap, whatever the routers between them change."""

from __future__ import annotations

import frames
import pytest

from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Routes
from lab.wire.address import Family, Link
from lab.wire.packet import Packet, decode
from lab.wire.packet.header.number import UDP
from lab.wire.pcap import Capture

CARDS = {"client": "0c", "lan": "10", "far": "11", "remote": "0e"}
ENDS = {
    Family.IPV4: ("10.77.0.10", "10.77.2.30"),
    Family.IPV6: ("fd00:10:77::10", "fd00:10:77:2::30"),
}
TRANSLATED = {Family.IPV4: "10.77.2.2", Family.IPV6: "fd00:10:77:2::2"}


def mac(card: str) -> str:
    return f"02:00:00:00:00:{CARDS[card]}"


def frame(
    family: Family,
    between: tuple[str, str],
    cards: tuple[str, str],
    hops: int,
    *,
    port: int = 40000,
    at: int,
) -> Packet:
    carried = frames.udp(b"hello", ports=(port, 7), between=between)
    macs = mac(cards[0]), mac(cards[1])
    data = frames.frame(carried, UDP, between, cards=macs, identification=7, hops=hops)
    return decode(data, time_ns=at, number=at)


def seen(host: str, **captures: list[Packet]) -> HostObservation:
    cards = {"lan": host if host == "client" else "lan", "far": host if host == "remote" else "far"}
    links = tuple(Link(network, mac(cards[network]), {}) for network in captures)
    made = {network: Capture(tuple(packets)) for network, packets in captures.items()}
    return HostObservation(host, {}, links=links, captures=made)


def taps_of(family: Family, *hosts: HostObservation) -> list[list[tuple[str, str]]]:
    routes = Routes(Observation("routes", family, hosts))
    return [[(each.host, each.network) for each in route.sightings] for route in routes]


LAN, FAR = ("client", "lan"), ("far", "remote")


@pytest.mark.parametrize("family", Family)
def test_a_packet_is_seen_at_every_tap_with_one_hop_less_behind_the_router(family: Family) -> None:
    near = frame(family, ENDS[family], LAN, 64, at=1)
    beyond = frame(family, ENDS[family], FAR, 63, at=2)
    hosts = seen("client", lan=[near]), seen("router", lan=[near], far=[beyond])
    observation = Observation("routes", family, (*hosts, seen("remote", far=[beyond])))
    (route,) = Routes(observation)
    assert route.hosts == ["client", "router", "remote"]
    assert route.networks == ["lan", "far"]
    (change,) = route.changes
    assert change["hops_left"] == (64, 63)
    assert change["ethernet"] == ((mac("client"), mac("lan")), (mac("far"), mac("remote")))
    assert "ends" not in change
    assert len(route.table()) == 3


@pytest.mark.parametrize("family", Family)
def test_a_translated_packet_is_still_the_same(family: Family) -> None:
    source, destination = ENDS[family]
    near = frame(family, (source, destination), LAN, 64, at=1)
    beyond = frame(family, (TRANSLATED[family], destination), FAR, 63, port=1024, at=2)
    (route,) = Routes(
        Observation("routes", family, (seen("client", lan=[near]), seen("remote", far=[beyond])))
    )
    before, after = (each.ends[0] for each in route.hops)
    assert source in before
    assert TRANSLATED[family] in after
    assert "ends" in route.changes[0]
    assert route.last.host == "remote"


@pytest.mark.parametrize("family", Family)
def test_of_two_equal_packets_the_lost_one_is_the_one_that_was_sent_before(family: Family) -> None:
    first, again = (frame(family, ENDS[family], LAN, 64, at=at) for at in (1, 5))
    arrived = frame(family, ENDS[family], FAR, 63, at=6)
    found = taps_of(family, seen("client", lan=[first, again]), seen("remote", far=[arrived]))
    assert found == [[("client", "lan")], [("client", "lan"), ("remote", "far")]]


@pytest.mark.parametrize("family", Family)
def test_of_two_equal_packets_the_later_one_can_be_lost_too(family: Family) -> None:
    first, again = (frame(family, ENDS[family], LAN, 64, at=at) for at in (1, 5))
    arrived = frame(family, ENDS[family], FAR, 63, at=2)
    found = taps_of(family, seen("client", lan=[first, again]), seen("remote", far=[arrived]))
    assert found == [[("client", "lan"), ("remote", "far")], [("client", "lan")]]


def test_a_packet_that_was_seen_nowhere_else_was_last_seen_where_it_was_sent() -> None:
    near = frame(Family.IPV4, ENDS[Family.IPV4], LAN, 64, at=1)
    (route,) = Routes(Observation("routes", Family.IPV4, (seen("client", lan=[near]),)))
    assert (route.last.host, route.last.network, route.last.leaving) == ("client", "lan", True)
    assert route.changes == []


@pytest.mark.parametrize("family", Family)
def test_a_packet_with_as_many_hops_left_is_no_translated_one(family: Family) -> None:
    source, destination = ENDS[family]
    near = frame(family, (source, destination), LAN, 64, at=1)
    beyond = frame(family, (TRANSLATED[family], destination), FAR, 64, at=2)
    assert len(taps_of(family, seen("client", lan=[near]), seen("remote", far=[beyond]))) == 2


@pytest.mark.parametrize("family", Family)
def test_a_router_translates_no_packet_within_one_network(family: Family) -> None:
    source, destination = ENDS[family]
    near = frame(family, (source, destination), LAN, 64, at=1)
    other = frame(family, (TRANSLATED[family], destination), FAR, 10, at=2)
    assert (
        len(taps_of(family, seen("client", lan=[near]), seen("router", lan=[other], far=[]))) == 2
    )
