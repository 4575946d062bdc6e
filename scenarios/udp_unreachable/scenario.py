"""Only a connected UDP socket hears of a closed port"""

import pytest

from lab import Program, Scenario, Udp

CLOSED = Udp(15002)
QUESTION = b"Anybody there?"

scenario = Scenario(
    part="C",
    lectures=[6],
    client=[Program("unconnected.py", "server", waits=0.5), Program("connected.py", "server")],
    hosts=["server"],
)


@pytest.mark.parametrize("program", ["unconnected.py", "connected.py"])
def test_to_send_into_the_void_is_no_error(observed, program):
    assert observed.client[program].stdout[0] == "sent 14 bytes"


def test_the_unconnected_socket_waits_until_its_timeout(observed):
    assert observed.client["unconnected.py"].stdout[1:] == ["TimeoutError: timed out"]


def test_the_connected_socket_is_told_that_the_connection_is_refused(observed):
    refused = "ConnectionRefusedError: [Errno 111] Connection refused"
    assert observed.client["connected.py"].stdout[1:] == [refused]


def test_each_client_sends_one_datagram_and_nothing_to_connect(observed):
    both = observed.conversations(CLOSED)
    assert [[packet.payload for packet in one.packets] for one in both] == [[QUESTION]] * 2


def test_the_servers_host_answers_both_with_port_unreachable(observed):
    answers = observed.icmp_errors(at="client")
    assert [answer.kind for answer in answers] == ["port unreachable"] * 2
    assert {answer.sender for answer in answers} == {observed.server.address}
    assert {answer.packet.destination.ip for answer in answers} == {observed.client.address}


def test_the_refusal_quotes_the_datagram_so_that_its_sender_can_be_found(observed):
    both = observed.conversations(CLOSED)
    assert len(both) == 2
    for conversation in both:
        assert conversation.refused
        (refusal,) = conversation.icmp_errors
        ends = (refusal.quoted.source, refusal.quoted.destination)
        assert ends == (conversation.client, conversation.server)
        # RFC 792 promises 8 bytes behind the IP header; today's kernels quote more.
        assert QUESTION.startswith(refusal.quoted.payload)


def test_the_refusal_reached_the_client_that_did_not_notice_as_well(observed):
    sent, arrived = observed.icmp_errors(at="server"), observed.icmp_errors(at="client")
    assert len(arrived) == 2
    assert [error.packet.data for error in arrived] == [error.packet.data for error in sent]
