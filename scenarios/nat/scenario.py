"""Private hosts share the address of a NAT router"""

from lab import Program, Scenario, Tcp
from lab.observation.route import Routes

DEMO = Tcp(15020)

scenario = Scenario(
    part="F",
    lectures=[3],
    server=(Program("server.py", listens_on=DEMO), Program("knock.py", "{inside}")),
    inside=Program("client.py", "server"),
    hosts=("nat",),
)


def own(observed, host):
    return observed.host(host).addresses[observed.family]


def ends(observed, sender):
    """Return the ends of what one host sent to the service, before the router and behind it."""
    found = []
    for path in Routes(observed):
        first, last = path.sightings[0].packet, path.last.packet
        ports = [end.port for end in (first.source, first.destination)] if first.tcp else []
        if path.hosts[0] == sender and DEMO.port in ports:
            found.append(((first.source, first.destination), (last.source, last.destination)))
    return found


def test_the_server_sees_the_router_where_the_client_is(observed):
    assert observed.inside.stdout[0] == f"I am {own(observed, 'inside')}"
    assert observed.inside.stdout[1] == f"You come from {own(observed, 'nat')}"
    assert observed.server["server.py"].stdout == [f"connection from {own(observed, 'nat')}"]


def test_the_source_of_what_goes_out_is_translated_and_the_destination_is_not(observed):
    out = ends(observed, "inside")
    assert out != []
    for (source, destination), (source_behind, destination_behind) in out:
        assert source.ip == own(observed, "inside")
        assert source_behind.ip == own(observed, "nat")
        assert destination == destination_behind


def test_the_destination_of_what_comes_back_is_translated_back(observed):
    back = ends(observed, "server")
    assert back != []
    (client,) = {source for (source, _), _ in ends(observed, "inside")}
    for (source, destination), (source_behind, destination_behind) in back:
        assert destination.ip == own(observed, "nat")
        assert destination_behind == client
        assert source == source_behind


def test_the_address_of_the_client_is_never_seen_on_the_servers_network(observed):
    packets = observed.packets("server")
    assert observed.conversations(DEMO, at="server") != ()
    seen = {end.ip for packet in packets for end in (packet.source, packet.destination) if end}
    assert own(observed, "nat") in seen
    assert own(observed, "inside") not in seen


def test_what_is_said_is_the_same_on_both_sides(observed):
    before = observed.conversation(DEMO, at="inside")
    behind = observed.conversation(DEMO, at="server")
    assert before.received == behind.received == f"You come from {own(observed, 'nat')}".encode()


def test_nobody_can_call_the_client_from_outside(observed):
    (answer,) = observed.server["knock.py"].stdout
    assert answer.startswith("OSError")
    assert "unreachable" in answer
