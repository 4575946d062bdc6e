"""Only a connected UDP socket hears of a closed port"""

import pytest

from lab import Program, Scenario, Udp

CLOSED = Udp(15002)

scenario = Scenario(
    part="C",
    lectures=[6],
    client=[
        Program("unconnected.py", "server", "{word}", waits=0.5),
        Program("connected.py", "server", "{word2}"),
    ],
    hosts=["server"],
)


def questions(observed):
    return [observed.word.encode(), observed.word2.encode()]


@pytest.mark.parametrize("program", ["unconnected.py", "connected.py"])
def test_to_send_into_the_void_is_no_error(observed, program):
    assert observed.client[program].stdout[0] == "sent 6 bytes"


def test_the_unconnected_socket_waits_until_its_timeout(observed):
    unconnected = observed.client["unconnected.py"]
    assert unconnected.stdout[1:] == ["TimeoutError: timed out"]
    assert unconnected.duration >= 0.5


def test_the_connected_socket_is_told_that_the_connection_is_refused(observed):
    refused = "ConnectionRefusedError: [Errno 111] Connection refused"
    assert observed.client["connected.py"].stdout[1:] == [refused]


def test_each_client_sends_one_datagram_and_nothing_to_connect(observed):
    both = observed.conversations(CLOSED)
    sent = [[packet.payload for packet in conversation.packets] for conversation in both]
    assert sent == [[question] for question in questions(observed)]


def test_the_servers_host_answers_both_with_port_unreachable_and_both_answers_arrive(observed):
    for host in ("server", "client"):
        talks = observed.conversations(CLOSED, at=host)
        errors = [error for conversation in talks for error in conversation.icmp_errors]
        assert [error.kind for error in errors] == ["port unreachable"] * 2
        ends = [(error.sender, error.packet.destination.ip) for error in errors]
        assert ends == [(observed.server.address, observed.client.address)] * 2


def test_the_refusal_quotes_the_datagram_so_that_its_sender_can_be_found(observed):
    both = observed.conversations(CLOSED)
    for conversation, question in zip(both, questions(observed), strict=True):
        assert conversation.refused
        (refusal,) = conversation.icmp_errors
        ends = (refusal.quoted.source, refusal.quoted.destination)
        assert ends == (conversation.client, conversation.server)
        # RFC 792 promises 8 bytes behind the IP header; today's kernels quote more.
        assert question.startswith(refusal.quoted.payload)


def test_one_receive_is_told_the_error_and_the_other_socket_waits_in_poll(observed):
    assert observed.client["connected.py"].calls("recv", of=CLOSED)[-1].error == "ECONNREFUSED"
    (wait,) = observed.client["unconnected.py"].calls("poll")[-1:]
    assert wait.result == 0
    assert wait.waited >= 0.5
