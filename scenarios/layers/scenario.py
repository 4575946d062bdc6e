"""Each hop changes the headers but keeps the data"""

import pytest

from lab import Program, Routes, Scenario, Tcp

DEMO = Tcp(15000)
GREETING, ANSWER = b"Hello over there", b"Hello from far away"

scenario = Scenario(
    part="F",
    lectures=[3],
    remote=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "remote"),
    hosts=("router", "router2"),
)


def test_the_two_programs_talk_as_if_they_were_side_by_side(observed):
    assert observed.client.stdout == ["Hello from far away"]
    assert observed.remote.stdout == [f"from {observed.client.address} : Hello over there"]


def test_the_greeting_goes_by_each_router_in_turn_and_the_answer_comes_back_the_same_way(observed):
    (greeting,) = Routes(observed).carrying(GREETING)
    (answer,) = Routes(observed).carrying(ANSWER)
    assert greeting.hosts == ["client", "router", "router2", "remote"]
    assert greeting.networks == ["lan", "middle", "far"]
    assert answer.hosts == ["remote", "router2", "router", "client"]


def test_the_ethernet_addresses_are_others_on_each_network(observed):
    (route,) = Routes(observed).carrying(GREETING)
    assert [hop.ethernet for hop in route.hops] == [
        (observed.client.mac_on("lan"), observed.router.mac_on("lan")),
        (observed.router.mac_on("middle"), observed.router2.mac_on("middle")),
        (observed.router2.mac_on("far"), observed.remote.mac_on("far")),
    ]


def test_the_ip_addresses_and_the_ports_stay_the_same(observed):
    (route,) = Routes(observed).carrying(GREETING)
    assert len({sighting.ends for sighting in route.sightings}) == 1
    assert route.last.packet.source.ip == observed.client.address
    assert route.last.packet.destination.ip == observed.remote.address


def test_each_router_takes_one_from_the_hops_that_are_left(observed):
    (route,) = Routes(observed).carrying(GREETING)
    first, *others = [hop.hops_left for hop in route.hops]
    assert others == [first - 1, first - 2]


def test_what_tcp_carries_is_the_same_at_every_tap(observed):
    (route,) = Routes(observed).carrying(GREETING)
    packets = [sighting.packet for sighting in route.sightings]
    assert len(packets) == 6
    assert len({packet.data[packet.tcp.start :] for packet in packets}) == 1


@pytest.mark.parametrize("router", ["router", "router2"])
def test_the_routers_pass_the_connection_on_and_have_no_socket_in_it(observed, router):
    sockets = observed.host(router).sockets
    ends = [end for socket in sockets for end in (socket.local, socket.remote) if end]
    assert DEMO.port not in [end.port for end in ends]
    assert observed.conversations(DEMO, at=router) != ()
