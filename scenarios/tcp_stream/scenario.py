"""TCP keeps the bytes but not the message boundaries"""

import pytest

from lab import Program, Scenario, Tcp

SMALL, LARGE = Tcp(15000), Tcp(15001)
BYTES = b"one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
SIXES = [r"b'one\ntw'", r"b'o\nthre'", r"b'e\nfour'", r"b'\nfive\n'", r"b'six\nse'", r"b'ven\n'"]


def steps(lab):
    for service, size, name in ((SMALL, 6, "small"), (LARGE, 1000, "large")):
        program = Program("server.py", service.port, size, listens_on=service)
        server = lab.server.start(program, name=name)
        lab.client.run(Program("client.py", "server", service.port))
        lab.server.finish(server)


scenario = Scenario(part="B", lectures=[6], hosts=("client", "server"), steps=steps)
both = pytest.mark.parametrize("service", [SMALL, LARGE])


def test_the_client_sends_seven_messages_each_time(observed):
    assert observed.client.stdout == ["sent 34 bytes in 7 messages"] * 2


def test_read_in_small_pieces_all_bytes_are_in_order_but_no_piece_is_a_message(observed):
    assert observed.server["small"].stdout == SIXES


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
    for segment in segments:  # the SYN has number 0, so the first byte has number 1
        assert segment.payload == BYTES[segment.sequence - 1 : segment.end - 1]
    assert max(segment.end for segment in segments) == 1 + len(BYTES)


@both
def test_the_end_of_the_stream_is_the_client_closing(observed, service):
    assert observed.conversation(service).closed_first == "client"
    assert observed.conversation(service).closed
