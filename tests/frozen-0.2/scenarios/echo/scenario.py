"""A server sends back what it received"""

from lab import Program, Scenario, Tcp

ECHO = Tcp(15070)

scenario = Scenario(
    part="B",
    lectures=[8],
    server=Program("server.py", listens_on=ECHO),
    client=Program("client.py", "server"),
)


def test_the_client_hears_its_own_word(observed):
    assert observed.client.stdout == ["hello"]


def test_the_server_sees_the_end_of_the_stream(observed):
    assert observed.server.stdout == ["the client is done"]


def test_the_wire_carried_the_word_both_ways(observed):
    conversation = observed.conversation(ECHO)
    assert (conversation.sent, conversation.received) == (b"hello", b"hello")


def test_the_client_closes_its_side_first(observed):
    assert observed.conversation(ECHO).closed_first == "client"
