"""TCP keeps the bytes but not the message boundaries"""

from ast import literal_eval

from lab import Program, Scenario, Tcp

SMALL, LARGE = Tcp(15000), Tcp(15001)
WORDS = ["one", "two", "three", "four", "five", "six", "seven"]
MESSAGES = [f"{word}\n".encode() for word in WORDS]
BYTES = b"".join(MESSAGES)


def steps(lab):
    for service, size in ((SMALL, 6), (LARGE, 1000)):
        server = lab.server.start(Program("server.py", service.port, size, listens_on=service))
        lab.client.run(Program("client.py", "server", service.port))
        lab.server.finish(server, 3)


scenario = Scenario(part="B", lectures=[6], hosts=("client", "server"), steps=steps)


def pieces(transcript):
    """Return the pieces that the server printed."""
    return [literal_eval(line) for line in transcript.stdout]


def test_the_client_sends_seven_messages_each_time(observed):
    first, second = observed.client.transcripts
    assert first.stdout == second.stdout == ["sent 34 bytes in 7 messages"]


def test_read_in_small_pieces_no_piece_is_a_message(observed):
    small, _ = observed.server.transcripts
    assert [len(piece) for piece in pieces(small)] == [6, 6, 6, 6, 6, 4]
    assert not set(pieces(small)) & set(MESSAGES)


def test_the_small_pieces_are_the_messages_bytes_in_order(observed):
    small, _ = observed.server.transcripts
    assert b"".join(pieces(small)) == BYTES


def test_read_in_a_large_piece_all_messages_are_one(observed):
    _, large = observed.server.transcripts
    assert pieces(large) == [BYTES]


def test_the_wire_carries_every_byte_whole_and_in_order(observed):
    for service in (SMALL, LARGE):
        conversation = observed.conversation(service)
        assert conversation.sent == BYTES
        assert conversation.gaps == ()
        assert conversation.received == b""


def test_every_byte_has_a_number_and_a_segment_says_where_it_starts(observed):
    for service in (SMALL, LARGE):
        segments = [event for event in observed.conversation(service).events if event.length]
        for segment in segments:
            start = segment.sequence - 1  # the SYN has number 0, so the first byte has number 1
            assert segment.payload == BYTES[start : start + segment.length]
        assert max(segment.end for segment in segments) == 1 + len(BYTES)


def test_the_end_of_the_stream_is_the_client_closing(observed):
    for service in (SMALL, LARGE):
        assert observed.conversation(service).closed_first == "client"
        assert observed.conversation(service).closed
