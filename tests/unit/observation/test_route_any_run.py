"""Routes of any small run, compared with what was sent and with a slow matcher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import frames
import pytest
from hypothesis import given
from hypothesis import strategies as st
from step_count import steps

from bench.growth import STEEPEST
from lab.observation.match import identity
from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route, Routes, Sighting
from lab.observation.talk import talks
from lab.wire.address import Family, Link
from lab.wire.packet import Packet, decode
from lab.wire.packet.header.number import UDP
from lab.wire.pcap import Capture

HOSTS = {"client": ("lan",), "other": ("lan",), "router": ("lan", "far"), "remote": ("far",)}
ENDS = {"client": "10.77.0.10", "other": "10.77.0.11", "router": "10.77.2.2"}
REMOTE = "10.77.2.30"
ON_THE_WAY = [("", "lan"), ("router", "lan"), ("router", "far"), ("remote", "far")]


def mac(host: str, network: str) -> str:
    return f"02:00:00:00:{list(HOSTS).index(host):02x}:{HOSTS[host].index(network):02x}"


@dataclass(frozen=True)
class Sent:
    """A datagram on its way to the remote host, through a router; seen at so many taps."""

    sender: str
    identification: int
    taps: int
    at: int
    step: int


def sent(identifications: st.SearchStrategy[int]) -> st.SearchStrategy[Sent]:
    senders = st.sampled_from(["client", "other"])
    times = st.integers(0, 40)
    return st.builds(Sent, senders, identifications, st.integers(1, 4), times, st.integers(1, 9))


def run(datagrams: Iterable[Sent], *, translates: bool) -> tuple[Observation, list[list[Packet]]]:
    """Return what the taps saw, and the packets of each datagram in order."""
    seen: dict[tuple[str, str], list[tuple[int, int, bytes]]] = {
        (host, network): [] for host, networks in HOSTS.items() for network in networks
    }
    for number, datagram in enumerate(datagrams):
        for at, (host, network) in enumerate(ON_THE_WAY[: datagram.taps]):
            beyond = at > 1
            source = ENDS["router" if translates and beyond else datagram.sender]
            port = 1000 + list(ENDS).index(datagram.sender)
            between = source, REMOTE
            carried = frames.udp(b"hello", ports=(port + translates * beyond, 7), between=between)
            cards = (
                (mac("router", "far"), mac("remote", "far"))
                if beyond
                else (mac(datagram.sender, "lan"), mac("router", "lan"))
            )
            data = frames.frame(
                carried,
                UDP,
                between,
                cards=cards,
                identification=datagram.identification,
                hops=63 if beyond else 64,
            )
            tap = host or datagram.sender, network
            seen[tap].append((datagram.at + at * datagram.step, number, data))
    of: dict[int, list[Packet]] = {}
    captures: dict[str, dict[str, Capture]] = {host: {} for host in HOSTS}
    for (host, network), found in seen.items():
        packets = []
        for position, (time_ns, number, data) in enumerate(sorted(found), start=1):
            packets.append(decode(data, time_ns=time_ns, number=position))
            of.setdefault(number, []).append(packets[-1])
        captures[host][network] = Capture(tuple(packets))
    hosts = tuple(
        HostObservation(
            host,
            {},
            links=tuple(Link(each, mac(host, each), {}) for each in networks),
            capture=captures[host][networks[0]],
            captures=captures[host],
        )
        for host, networks in HOSTS.items()
    )
    return Observation("routes", Family.IPV4, hosts), list(of.values())


def ids(routes: Iterable[Iterable[Packet]]) -> list[list[int]]:
    return sorted(sorted(map(id, packets)) for packets in routes)


def packets(route: Route) -> list[Packet]:
    return [each.packet for each in route.sightings]


@given(st.lists(sent(st.just(0)), max_size=12), st.booleans())
def test_a_packet_that_is_like_no_other_is_found_at_each_tap(
    datagrams: list[Sent], translates: bool
) -> None:
    unlike = [replace(each, identification=number) for number, each in enumerate(datagrams)]
    observation, of = run(unlike, translates=translates)
    assert ids(packets(route) for route in Routes(observation)) == ids(of)


def slow(sightings: list[Sighting]) -> list[list[Packet]]:
    """Match by trying each route for each sighting, backwards in time."""
    routes: list[list[Sighting]] = []

    def allows(route: list[Sighting], new: Sighting) -> bool:
        is_back = any(each.leaving and each.network == new.network for each in route)
        return (
            identity(route[-1].packet) == identity(new.packet)
            and all(
                (each.host, each.network, each.leaving) != (new.host, new.network, new.leaving)
                for each in route
            )
            and new.hops_left >= route[-1].hops_left
            and not (is_back and new.hops_left == route[-1].hops_left)
        )

    for new in reversed(sightings):
        joined = next((route for route in routes if allows(route, new)), None)
        if joined is None:
            routes.append(joined := [])
        joined.append(new)
    return [[each.packet for each in route] for route in routes]


@given(st.lists(sent(st.integers(0, 1)), max_size=20))
def test_equal_packets_are_matched_as_by_trying_each_route(datagrams: list[Sent]) -> None:
    observation, _ = run(datagrams, translates=False)
    routes = list(Routes(observation))
    sightings = [each for route in routes for each in route.sightings]
    hosts = list(HOSTS)
    sightings.sort(key=lambda each: (hosts.index(each.host), each.packet.number))
    sightings.sort(key=lambda each: (hosts.index(each.host), HOSTS[each.host].index(each.network)))
    sightings.sort(key=lambda each: (each.packet.time_ns, not each.leaving))
    assert ids(map(packets, routes)) == ids(slow(sightings))


@given(st.lists(sent(st.integers(0, 1)), max_size=20), st.booleans())
def test_a_route_passes_each_tap_once_and_its_ttl_never_rises(
    datagrams: list[Sent], translates: bool
) -> None:
    observation, of = run(datagrams, translates=translates)
    routes = list(Routes(observation))
    assert sum(len(route.sightings) for route in routes) == sum(map(len, of))
    for route in routes:
        taps = [(each.host, each.network, each.leaving) for each in route.sightings]
        assert len(set(taps)) == len(taps)
        hops = [each.hops_left for each in route.sightings]
        assert hops == sorted(hops, reverse=True)
        times = [each.packet.time_ns for each in route.sightings]
        assert times == sorted(times)


@pytest.mark.parametrize("translates", [False, True])
def test_a_burst_of_equal_packets_is_matched_in_linear_time(translates: bool) -> None:
    def taken(count: int) -> int:
        burst = [Sent("client", 7, 4 if at % 3 else 2, at * 5, 1) for at in range(count)]
        observation, of = run(burst, translates=translates)
        routes: list[Route] = []
        taken = steps(lambda: routes.extend(Routes(observation)))
        assert len(routes) == len(of)
        return taken

    assert taken(800) <= taken(200) * 4**STEEPEST


def test_conversations_of_the_same_ends_are_counted() -> None:
    datagrams = [Sent("client", number, 4, number, 1) for number in range(3)]
    observation, _ = run(datagrams, translates=False)
    at = {
        host: {talk for talk, _ in talks(observation.conversations(at=host))}
        for host in ("client", "router", "remote")
    }
    assert len(at["client"]) == 1
    assert at["client"] == at["router"] == at["remote"]
