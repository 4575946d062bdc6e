"""Each hop changes the headers but keeps the data"""

from lab import Program, Scenario, Tcp
from lab.observation.route import Routes

DEMO = Tcp(15000)
GREETING, ANSWER = b"Hello over there", b"Hello from far away"
ON_THE_WAY = ["client", "router", "router2", "remote"]
NETWORKS = ["lan", "middle", "far"]

scenario = Scenario(
    part="F",
    lectures=[3],
    remote=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "remote"),
    hosts=("router", "router2"),
)


def way_of(observed, payload):
    """Return the way of the packet that carries these bytes."""
    (path,) = [path for path in Routes(observed) if path.sightings[0].packet.payload == payload]
    return path


def card(observed, host, network):
    """Return the hardware address that a host has on a network."""
    (link,) = [link for link in observed.host(host).links if link.network == network]
    return link.mac


def test_the_two_programs_talk_as_if_they_were_side_by_side(observed):
    address = observed.client.addresses[observed.family]
    assert observed.client.stdout == [ANSWER.decode()]
    assert observed.remote.stdout == [f"from {address} : {GREETING.decode()}"]


def test_the_greeting_goes_by_each_router_in_turn_and_the_answer_comes_back_the_same_way(observed):
    assert way_of(observed, GREETING).hosts == ON_THE_WAY
    assert way_of(observed, GREETING).networks == NETWORKS
    assert way_of(observed, ANSWER).hosts == ON_THE_WAY[::-1]


def test_the_ethernet_addresses_are_others_on_each_network(observed):
    hops = way_of(observed, GREETING).hops
    assert [hop.ethernet for hop in hops] == [
        (card(observed, sender, network), card(observed, receiver, network))
        for sender, receiver, network in zip(ON_THE_WAY, ON_THE_WAY[1:], NETWORKS, strict=False)
    ]


def test_the_ip_addresses_and_the_ports_stay_the_same(observed):
    path = way_of(observed, GREETING)
    assert len({sighting.ends for sighting in path.sightings}) == 1
    packet = path.last.packet
    assert packet.source.ip == observed.client.addresses[observed.family]
    assert packet.destination.ip == observed.remote.addresses[observed.family]


def test_each_router_takes_one_from_the_hops_that_are_left(observed):
    first, *others = [hop.hops_left for hop in way_of(observed, GREETING).hops]
    assert others == [first - 1, first - 2]


def test_what_tcp_carries_is_the_same_at_every_tap(observed):
    path = way_of(observed, GREETING)
    assert len(path.sightings) == 6
    segments = {sighting.packet.data[sighting.packet.tcp.start :] for sighting in path.sightings}
    assert len(segments) == 1


def test_the_routers_pass_the_connection_on_and_have_no_socket_in_it(observed):
    for router in (observed.router, observed.router2):
        sockets = [entry for sample in router.samples for entry in sample.entries]
        assert not any(
            DEMO.port in (one.local.port, one.remote and one.remote.port) for one in sockets
        )
        assert observed.conversations(DEMO, at=router.name) != ()
