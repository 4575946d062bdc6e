"""TCP keeps the bytes but not the message boundaries"""

import pytest

from lab import Program, Scenario, Tcp

SMALL, LARGE = Tcp(15000), Tcp(15001)
WORDS = ("is", "it", "{word}", "or", "a", "{word2}", "today")


def steps(lab):
    for service, size, name in ((SMALL, 6, "small"), (LARGE, 1000, "large")):
        program = Program("server.py", service.port, size, listens_on=service)
        server = lab.server.start(program, name=name)
        lab.client.run(Program("client.py", "server", service.port, *WORDS))
        lab.server.finish(server)


scenario = Scenario(part="B", lectures=[6], hosts=("client", "server"), steps=steps)
both = pytest.mark.parametrize("service", [SMALL, LARGE])


def messages(observed):
    words = " ".join(WORDS).format(word=observed.word, word2=observed.word2)
    return [f"{word}\n".encode() for word in words.split()]


def test_the_client_sends_seven_messages_each_time(observed):
    assert observed.client.stdout == ["sent 31 bytes in 7 messages"] * 2


def test_read_in_small_pieces_all_bytes_are_in_order_but_no_piece_is_a_message(observed):
    stream = b"".join(messages(observed))
    pieces = [stream[start : start + 6] for start in range(0, len(stream), 6)]
    assert observed.server["small"].stdout == [str(piece) for piece in pieces]
    assert not set(pieces) & set(messages(observed))


def test_read_in_a_large_piece_all_messages_are_one(observed):
    assert observed.server["large"].stdout == [str(b"".join(messages(observed)))]


@both
def test_each_message_crosses_the_wire_once_and_its_segment_says_where_it_starts(observed, service):
    segments = observed.conversation(service).data_segments("client")
    assert [segment.payload for segment in segments] == messages(observed)
    # The SYN has number 0, so the first byte has number 1.
    assert [segment.sequence for segment in segments] == [1, 4, 7, 14, 17, 19, 26]


@both
def test_nothing_comes_back_and_the_end_of_the_stream_is_the_client_closing(observed, service):
    conversation = observed.conversation(service)
    assert conversation.received == b""
    assert conversation.closed_first == "client"
    assert conversation.closed


@both
def test_each_message_is_a_send_and_the_receives_are_as_large_as_the_server_likes(
    observed, service
):
    assert [call.result for call in observed.client.calls("send", of=service)] == [
        len(message) for message in messages(observed)
    ]
    lengths = {SMALL: [6, 6, 6, 6, 6, 1, 0], LARGE: [31, 0]}
    received = [call.length for call in observed.server.calls("recv", of=service)]
    assert received == lengths[service]
