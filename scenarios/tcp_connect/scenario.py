"""A client and a server greet each other over TCP"""

from lab import Program, Scenario, Tcp

DEMO = Tcp(15000)

scenario = Scenario(
    part="B",
    lectures=[9],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server"),
)


def test_the_server_prints_who_called_and_what_it_heard(observed):
    client = observed.client.addresses[observed.family]
    assert observed.server.stdout == [f"from {client}: Hello World"]


def test_the_client_hears_both_messages_and_then_the_end(observed):
    assert observed.client.stdout == ["Hello Yourself", "Goodbye", "b''"]


def test_the_connection_opens_with_a_three_way_handshake(observed):
    assert observed.conversation(DEMO).handshake == ["SYN", "SYN ACK", "ACK"]


def test_the_wire_carried_what_the_programs_claim(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.sent == b"Hello World"
    assert conversation.received == b"Hello YourselfGoodbye"


def test_the_server_closes_first(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.closed_first == "server"
    assert conversation.resets == ()
