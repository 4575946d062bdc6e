"""Only a connected UDP socket hears of a closed port"""

from lab import Program, Scenario, Udp

CLOSED = Udp(15002)
QUESTION = b"Anybody there?"
PORT_UNREACHABLE = {"icmp": (3, 3), "icmpv6": (1, 4)}

scenario = Scenario(
    part="C",
    lectures=[6],
    client=[Program("unconnected.py", "server", waits=0.5), Program("connected.py", "server")],
    hosts=["server"],
)


def refusals(observed, at):
    """Return the packets at this host that say "port unreachable"."""
    return [
        packet
        for packet in observed.packets(at)
        for message in [packet.icmp or packet.icmpv6]
        if message and (message.type, message.code) == PORT_UNREACHABLE[packet.protocol]
    ]


def test_to_send_into_the_void_is_no_error(observed):
    for program in ("unconnected.py", "connected.py"):
        assert observed.client[program].stdout[0] == "sent 14 bytes"


def test_the_unconnected_socket_waits_until_its_timeout(observed):
    assert observed.client["unconnected.py"].stdout[1:] == ["TimeoutError: timed out"]


def test_the_connected_socket_is_told_that_the_connection_is_refused(observed):
    assert observed.client["connected.py"].stdout[1:] == [
        "ConnectionRefusedError: [Errno 111] Connection refused"
    ]


def test_each_client_sends_one_datagram_and_nothing_to_connect(observed):
    both = observed.conversations(CLOSED)
    assert [[packet.payload for packet in one.packets] for one in both] == [[QUESTION]] * 2


def test_the_servers_host_answers_both_with_port_unreachable(observed):
    server = observed.server.addresses[observed.family]
    client = observed.client.addresses[observed.family]
    answers = refusals(observed, at="client")
    assert [(packet.source.ip, packet.destination.ip) for packet in answers] == [
        (server, client)
    ] * 2


def test_the_refusal_quotes_the_datagram_so_that_its_sender_can_be_found(observed):
    both = observed.conversations(CLOSED)
    assert len(both) == 2
    for conversation in both:
        assert conversation.refused
        (refusal,) = conversation.errors
        quoted = refusal.quoted
        assert (quoted.source, quoted.destination) == (conversation.client, conversation.server)
        # RFC 792 promises 8 bytes behind the IP header; today's kernels quote more.
        assert QUESTION.startswith(quoted.payload)


def test_the_refusal_reached_the_client_that_did_not_notice_as_well(observed):
    sent = refusals(observed, at="server")
    arrived = refusals(observed, at="client")
    assert [packet.data for packet in sent] == [packet.data for packet in arrived]
    assert len(arrived) == 2
