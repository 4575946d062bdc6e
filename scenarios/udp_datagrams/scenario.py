"""A question and its answer are one datagram each"""

import pytest

from lab import Program, Scenario, Udp

DEMO = Udp(15001)

scenario = Scenario(
    part="C",
    lectures=[6],
    server=Program("server.py", "{answer}", listens_on=DEMO),
    client=Program("client.py", "server", "{word}"),
)


def answer(observed):
    return f"{observed.answer} heard {observed.word}"


def test_the_server_prints_who_asked_and_what(observed):
    asked = observed.conversation(DEMO).client
    assert observed.server.stdout == [f"from {asked.ip} port {asked.port}: {observed.word}"]


def test_the_client_prints_the_answer_and_who_gave_it(observed):
    sender = f"from {observed.server.address} port 15001"
    assert observed.client.stdout == [f"{sender}: {answer(observed)}"]


def test_one_datagram_goes_each_way_and_that_is_all(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.said("client") == [observed.word.encode()]
    assert conversation.said("server") == [answer(observed).encode()]


def test_no_handshake_and_no_goodbye_cross_the_wire(observed):
    assert observed.conversations("tcp") == ()
    assert len(observed.conversation(DEMO).packets) == 2


@pytest.mark.parametrize("host", ["client", "server"])
def test_each_side_saw_the_question_before_the_answer(observed, host):
    conversation = observed.conversation(DEMO, at=host)
    assert conversation.turns == ["client", "server"]
