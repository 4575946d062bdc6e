"""A client and a server greet each other over TCP"""

from lab import Program, Scenario, Tcp

DEMO = Tcp(15000)

scenario = Scenario(
    part="B",
    lectures=[9],
    server=Program("server.py", "{answer}", listens_on=DEMO),
    client=Program("client.py", "server", "{word}"),
)


def greeting(observed):
    return f"{observed.answer} greets {observed.word}"


def test_the_server_prints_who_called_and_what_it_heard(observed):
    assert observed.server.stdout == [f"from {observed.client.address}: {observed.word}"]


def test_the_client_hears_both_messages_and_then_the_end(observed):
    assert observed.client.stdout == [greeting(observed), "Goodbye", "b''"]


def test_the_connection_opens_with_a_three_way_handshake(observed):
    assert observed.conversation(DEMO).handshake == ["SYN", "SYN ACK", "ACK"]


def test_the_client_speaks_first_and_once(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.turns == ["client", "server"]
    assert conversation.sent == observed.word.encode()


def test_the_server_answers_with_two_segments(observed):
    answers = observed.conversation(DEMO).data_segments("server")
    assert [each.payload for each in answers] == [greeting(observed).encode(), b"Goodbye"]


def test_the_server_closes_first(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.closed_first == "server"
    assert conversation.resets == ()


def test_the_talk_takes_twelve_packets_or_so_of_which_three_carry_words(observed):
    conversation = observed.conversation(DEMO)
    assert len(conversation.data_segments()) == 3
    assert 9 <= len(conversation.packets) <= 15


def test_connect_returns_after_the_second_packet_and_accept_after_the_third(observed):
    (connect,) = observed.client.calls("connect", of=DEMO)
    (accept,) = observed.server.calls("accept", of=DEMO)
    _, second, *_ = observed.conversation(DEMO, at="client").packets
    _, _, third, *_ = observed.conversation(DEMO, at="server").packets
    assert connect.error is None
    assert connect.returned_after(second)
    assert accept.returned_after(third)


def test_the_end_of_the_stream_is_a_receive_that_returns_nothing(observed):
    *heard, end = observed.client.calls("recv", of=DEMO)
    assert [call.result for call in heard] == [greeting(observed).encode(), b"Goodbye"]
    assert end.result == b""
