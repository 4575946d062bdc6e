"""A slow reader closes the window and stops the sender"""

import hashlib
import re

from lab import Program, Scenario, Tcp

SINK = Tcp(15040)

scenario = Scenario(
    part="B",
    lectures=[3],
    server=Program("server.py", listens_on=SINK),
    client=Program("client.py", "server", waits=1.0),
)


def told(lines, word):
    """The number of bytes and the digest in the line that begins with this word."""
    line = next(line for line in lines if line.startswith(word))
    return re.search(r"(\d+) bytes(?:, SHA-256 (\w+))?$", line).groups()


def closed_at(conversation):
    """The first and the last segment that say that the reader has no room."""
    closed = conversation.zero_windows
    assert {event.sender for event in closed} == {"server"}
    return closed[0], closed[-1]


def test_the_sender_stalls_while_the_reader_sleeps(observed):
    stalled, _ = told(observed.client.stdout, "stalled")
    size, _ = told(observed.client.stdout, "sent")
    assert 0 < int(stalled) < int(size)
    assert observed.server.stdout[:2] == ["sleeping", "reading"]


def test_in_the_end_every_byte_arrives(observed):
    assert told(observed.server.stdout, "received") == told(observed.client.stdout, "sent")


def test_the_wire_carried_each_byte_in_order(observed):
    size, digest = told(observed.client.stdout, "sent")
    conversation = observed.conversation(SINK)
    assert len(conversation.sent) == int(size)
    assert hashlib.sha256(conversation.sent).hexdigest().startswith(digest)
    assert conversation.gaps == ()


def test_the_sender_never_sends_more_than_the_reader_has_room_for(observed):
    assert observed.conversation(SINK).sent
    room = 0
    for event in observed.conversation(SINK, at="client").events:
        if event.sender == "server":
            room = max(room, event.acknowledgment + event.window)
        elif event.length:
            assert event.sequence + event.length <= room


def test_the_readers_window_closes_before_all_is_sent(observed):
    conversation = observed.conversation(SINK)
    first, _ = closed_at(conversation)
    assert first.acknowledgment - 1 < len(conversation.sent)


def test_the_sender_probes_the_closed_window(observed):
    conversation = observed.conversation(SINK)
    first, _ = closed_at(conversation)
    probes = [event for event in conversation.events if "zero window probe" in event.notes]
    assert probes
    assert all(event.sender == "client" and event.length <= 1 for event in probes)
    assert probes[0].number > first.number


def test_a_window_update_lets_the_rest_through(observed):
    conversation = observed.conversation(SINK)
    _, last = closed_at(conversation)
    later = [event for event in conversation.events if event.number > last.number]
    opened = next(event for event in later if event.sender == "server")
    assert opened.window > 0
    rest = [event for event in later if event.sender == "client" and event.length > 1]
    assert rest
    assert all(event.number > opened.number for event in rest)
