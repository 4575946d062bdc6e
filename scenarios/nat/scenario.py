"""Private hosts share the address of a NAT router"""

from lab import Program, Routes, Scenario, Tcp

DEMO = Tcp(15020)

scenario = Scenario(
    part="F",
    lectures=[3],
    server=(Program("server.py", listens_on=DEMO), Program("knock.py", "{inside}")),
    inside=Program("client.py", "server"),
    hosts=("nat",),
)


def segments_from(observed, host):
    """Return each TCP segment of a host before the router and behind it."""
    routes = [route for route in Routes(observed) if route.first.host == host]
    return [(each.first.packet, each.last.packet) for each in routes if each.first.packet.tcp]


def test_the_server_sees_the_router_where_the_client_is(observed):
    router = observed.nat.address
    assert observed.inside.stdout[0] == f"I am {observed.inside.address}"
    assert observed.inside.stdout[1] == f"You come from {router}"
    assert observed.server["server.py"].stdout == [f"connection from {router}"]


def test_the_source_of_what_goes_out_is_translated_and_the_destination_is_not(observed):
    out = segments_from(observed, "inside")
    assert out != []
    for before, behind in out:
        assert before.source.ip == observed.inside.address
        assert behind.source.ip == observed.nat.address
        assert before.destination == behind.destination


def test_the_destination_of_what_comes_back_is_translated_back(observed):
    back = segments_from(observed, "server")
    assert back != []
    for behind, before in back:
        assert behind.destination.ip == observed.nat.address
        assert before.destination == observed.conversation(DEMO, at="inside").client
        assert before.source == behind.source


def test_the_address_of_the_client_is_never_seen_on_the_servers_network(observed):
    assert observed.conversations(DEMO, at="server") != ()
    headers = [packet.ip for packet in observed.packets("server") if packet.ip]
    seen = {address for ip in headers for address in (ip.source, ip.destination)}
    assert observed.nat.address in seen
    assert observed.inside.address not in seen


def test_what_is_said_is_the_same_on_both_sides(observed):
    before = observed.conversation(DEMO, at="inside")
    behind = observed.conversation(DEMO, at="server")
    assert before.received == behind.received == f"You come from {observed.nat.address}".encode()


def test_nobody_can_call_the_client_from_outside(observed):
    (answer,) = observed.server["knock.py"].stdout
    assert answer.startswith("OSError")
    assert "unreachable" in answer
