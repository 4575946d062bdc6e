"""A question and its answer are one datagram each"""

from lab import Program, Scenario, Udp

DEMO = Udp(15001)

scenario = Scenario(
    part="C",
    lectures=[6],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server"),
)


def test_the_server_prints_who_asked_and_what(observed):
    asked = observed.conversation(DEMO).client
    assert observed.server.stdout == [f"from {asked.ip} port {asked.port}: Hello World"]


def test_the_client_prints_the_answer_and_who_gave_it(observed):
    server = observed.server.addresses[observed.family]
    assert observed.client.stdout == [f"from {server} port 15001: HELLO WORLD"]


def test_one_datagram_goes_each_way_and_that_is_all(observed):
    conversation = observed.conversation(DEMO)
    assert [(message.direction, message.data) for message in conversation.messages] == [
        ("client", b"Hello World"),
        ("server", b"HELLO WORLD"),
    ]


def test_no_handshake_and_no_goodbye_cross_the_wire(observed):
    assert not [
        conversation for conversation in observed.conversations() if conversation.protocol == "tcp"
    ]
    assert len(observed.conversation(DEMO).packets) == 2


def test_each_side_saw_the_same_two_datagrams(observed):
    at_client = observed.conversation(DEMO, at="client")
    at_server = observed.conversation(DEMO, at="server")
    assert [packet.payload for packet in at_client.packets] == [b"Hello World", b"HELLO WORLD"]
    assert [packet.payload for packet in at_server.packets] == [b"Hello World", b"HELLO WORLD"]
