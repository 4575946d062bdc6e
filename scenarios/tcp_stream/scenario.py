"""TCP keeps the bytes but not the message boundaries"""

from ast import literal_eval

import pytest

from lab import Program, Scenario, Tcp

SMALL, LARGE = Tcp(15000), Tcp(15001)
MESSAGES = [b"one\n", b"two\n", b"three\n", b"four\n", b"five\n", b"six\n", b"seven\n"]
BYTES = b"".join(MESSAGES)


def steps(lab):
    for service, size, name in ((SMALL, 6, "small"), (LARGE, 1000, "large")):
        program = Program("server.py", service.port, size, listens_on=service)
        server = lab.server.start(program, name=name)
        lab.client.run(Program("client.py", "server", service.port))
        lab.server.finish(server)


scenario = Scenario(part="B", lectures=[6], hosts=("client", "server"), steps=steps)
both = pytest.mark.parametrize("service", [SMALL, LARGE], ids=str)


def test_the_client_sends_seven_messages_each_time(observed):
    assert observed.client.stdout == ["sent 34 bytes in 7 messages"] * 2


def test_read_in_small_pieces_no_piece_is_a_message(observed):
    pieces = [literal_eval(line) for line in observed.server["small"].stdout]
    assert [len(piece) for piece in pieces] == [6, 6, 6, 6, 6, 4]
    assert set(pieces).isdisjoint(MESSAGES)


def test_the_small_pieces_are_the_messages_bytes_in_order(observed):
    pieces = [literal_eval(line) for line in observed.server["small"].stdout]
    assert b"".join(pieces) == BYTES


def test_read_in_a_large_piece_all_messages_are_one(observed):
    assert observed.server["large"].stdout == [str(BYTES)]


@both
def test_the_wire_carries_every_byte_whole_and_in_order(observed, service):
    conversation = observed.conversation(service)
    assert (conversation.sent, conversation.received) == (BYTES, b"")
    assert conversation.gaps == ()


@both
def test_every_byte_has_a_number_and_a_segment_says_where_it_starts(observed, service):
    segments = observed.conversation(service).data_segments()
    for segment in segments:
        start = segment.sequence - 1  # the SYN has number 0, so the first byte has number 1
        assert segment.payload == BYTES[start : start + segment.length]
    assert max(segment.end for segment in segments) == 1 + len(BYTES)


@both
def test_the_end_of_the_stream_is_the_client_closing(observed, service):
    assert observed.conversation(service).closed_first == "client"
    assert observed.conversation(service).closed
