"""Private hosts share the address of a NAT router"""

import pytest

from lab import Program, Routes, Scenario, Tcp

DEMO = Tcp(15020)


def steps(lab):
    lab.server.start(Program("server.py", "{answer}", listens_on=DEMO))
    lab.inside.run(Program("client.py", "server", "{word}"))
    # Now the router's table has an entry for the client.
    lab.server.run(Program("knock.py", "{inside}"))


scenario = Scenario(part="F", lectures=[3], hosts=("server", "inside", "nat"), steps=steps)


def who(observed):
    """Return what the server is to hear, and from where."""
    return f"{observed.word} from {observed.nat.address}"


def segments_from(observed, host):
    """Return each TCP segment of a host before the router and behind it."""
    routes = [route for route in Routes(observed) if route.first.host == host]
    segments = [(each.first.packet, each.last.packet) for each in routes if each.first.packet.tcp]
    assert segments != []
    return segments


def test_the_server_sees_the_router_where_the_client_is(observed):
    answer = f"{observed.answer} hears {who(observed)}"
    assert observed.inside.stdout == [f"I am {observed.inside.address}", answer]
    assert observed.server["server.py"].stdout == [f"I hear {who(observed)}"]


def test_the_source_of_what_goes_out_is_translated_and_the_destination_is_not(observed):
    for before, behind in segments_from(observed, "inside"):
        assert before.source.ip == observed.inside.address
        assert behind.source.ip == observed.nat.address
        assert before.destination == behind.destination


def test_the_destination_of_what_comes_back_is_translated_back(observed):
    for behind, before in segments_from(observed, "server"):
        assert behind.destination.ip == observed.nat.address
        assert before.destination == observed.conversation(DEMO, at="inside").client
        assert before.source == behind.source


def test_the_address_of_the_client_is_never_seen_on_the_servers_network(observed):
    assert observed.conversations(DEMO, at="server") != ()
    headers = [packet.ip for packet in observed.packets("server") if packet.ip]
    seen = {address for ip in headers for address in (ip.source, ip.destination)}
    assert observed.nat.address in seen
    assert observed.inside.address not in seen


@pytest.mark.parametrize("host", ["inside", "server"])
def test_what_is_said_is_the_same_on_both_sides(observed, host):
    conversation = observed.conversation(DEMO, at=host)
    assert conversation.turns == ["client", "server"]
    assert conversation.sent == observed.word.encode()
    assert conversation.received == f"{observed.answer} hears {who(observed)}".encode()


def test_nobody_can_call_the_client_from_outside(observed):
    knock = observed.server["knock.py"]
    assert observed.conversation(DEMO, at="nat").messages[-1].time_ns < knock.started_ns
    (answer,) = knock.stdout
    assert answer.startswith("OSError")
    assert "unreachable" in answer
