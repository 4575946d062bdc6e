"""Each hop changes the headers but keeps the data"""

import pytest

from lab import Program, Routes, Scenario, Tcp

DEMO = Tcp(15000)

scenario = Scenario(
    part="F",
    lectures=[3],
    remote=Program("server.py", "{answer}", listens_on=DEMO),
    client=Program("client.py", "remote", "{word}"),
    hosts=("router", "router2"),
)


def said(observed):
    return [f"Hello from {observed.word}", f"{observed.answer} heard Hello from {observed.word}"]


def routes(observed):
    """Return the one way that the greeting went, and the one of the answer."""
    return [way for text in said(observed) for way in Routes(observed).carrying(text.encode())]


def test_the_two_programs_talk_as_if_they_were_side_by_side(observed):
    greeting, answer = said(observed)
    assert observed.remote.stdout == [f"from {observed.client.address}: {greeting}"]
    assert observed.client.stdout == [answer]
    assert observed.conversation(DEMO).turns == ["client", "server"]


def test_the_greeting_goes_by_each_router_in_turn_and_the_answer_comes_back_the_same_way(observed):
    greeting, answer = routes(observed)
    assert greeting.hosts == ["client", "router", "router2", "remote"]
    assert greeting.networks == ["lan", "middle", "far"]
    assert answer.hosts == greeting.hosts[::-1]


def test_on_each_network_the_ethernet_addresses_are_others_and_a_hop_less_is_left(observed):
    greeting, _ = routes(observed)
    first = greeting.first.hops_left
    assert [(*hop.ethernet, hop.hops_left) for hop in greeting.hops] == [
        (observed.client.mac_on("lan"), observed.router.mac_on("lan"), first),
        (observed.router.mac_on("middle"), observed.router2.mac_on("middle"), first - 1),
        (observed.router2.mac_on("far"), observed.remote.mac_on("far"), first - 2),
    ]


def test_the_ip_addresses_the_ports_and_all_that_tcp_carries_stay_the_same(observed):
    greeting, _ = routes(observed)
    packets = [sighting.packet for sighting in greeting.sightings]
    assert len(packets) == 6
    assert {packet.ip.source for packet in packets} == {observed.client.address}
    assert {packet.ip.destination for packet in packets} == {observed.remote.address}
    assert len({packet.data[packet.tcp.start :] for packet in packets}) == 1


@pytest.mark.parametrize("router", ["router", "router2"])
def test_the_routers_pass_the_connection_on_and_have_no_socket_in_it(observed, router):
    sockets = observed.host(router).sockets
    ends = [end for socket in sockets for end in (socket.local, socket.remote) if end]
    assert DEMO.port not in [end.port for end in ends]
    assert observed.conversations(DEMO, at=router) != ()
