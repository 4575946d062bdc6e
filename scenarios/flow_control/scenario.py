"""A slow reader closes the window and stops the sender"""

import hashlib
from itertools import pairwise

from lab import Program, Scenario, Tcp

SINK = Tcp(15040)

scenario = Scenario(
    part="B",
    lectures=[3],
    server=Program("server.py", listens_on=SINK),
    client=Program("client.py", "server", "{word}", waits=1.0),
)


def told(host, word):
    """Return the number of bytes and the digest in the line that begins with this word."""
    ((size, digest),) = host.findall(rf"^{word} (\d+) bytes, SHA-256 (\w+)$")
    return int(size), digest


def test_the_sender_stalls_while_the_reader_sleeps(observed):
    ((stalled,),) = observed.client.findall(r"^stalled after (\d+) bytes$")
    size, _ = told(observed.client, "sent")
    # It has given to its kernel what the reader's kernel has, and what lies in its own buffer.
    assert observed.conversation(SINK).zero_windows[0].acknowledgment - 1 < int(stalled) < size
    assert observed.server.stdout[:2] == ["sleeping", "reading"]


def test_in_the_end_every_byte_arrives(observed):
    assert told(observed.server, "received") == told(observed.client, "sent")


def test_the_wire_carried_each_byte_in_order(observed):
    conversation = observed.conversation(SINK)
    lines = [f"{observed.word} {number}" for number in range(8_000)]
    digest = hashlib.sha256(conversation.sent).hexdigest()[:16]
    assert conversation.sent.decode().splitlines() == lines
    assert (len(conversation.sent), digest) == told(observed.client, "sent")
    assert conversation.gaps == ()
    assert conversation.turns == ["client"]


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
    assert {event.sender for event in conversation.zero_windows} == {"server"}
    assert conversation.zero_windows[0].acknowledgment - 1 < len(conversation.sent)


def test_the_sender_probes_the_closed_window(observed):
    conversation = observed.conversation(SINK)
    probes = conversation.window_probes
    assert all(event.sender == "client" and event.length <= 1 for event in probes)
    assert probes[0].number > conversation.zero_windows[0].number


def test_what_is_sent_again_had_arrived_and_the_reader_says_so(observed):
    conversation = observed.conversation(SINK, at="server")
    data = [each for each in conversation.events if each.length and each.sender == "client"]
    again = [e for at, e in enumerate(data) if e.sequence in {each.sequence for each in data[:at]}]
    assert again == list(conversation.came_twice)


def test_a_window_update_lets_the_rest_through(observed):
    conversation = observed.conversation(SINK)
    closed = conversation.zero_windows[-1].number
    later = [event for event in conversation.events if event.number > closed]
    opened = next(event for event in later if event.sender == "server")
    assert opened.window > 0
    rest = [event.number for event in later if event.sender == "client" and event.length > 1]
    assert rest[0] > opened.number


def test_a_send_waits_until_the_window_opens(observed):
    conversation = observed.conversation(SINK, at="client")
    blocked = max(observed.client.calls("send", of=SINK), key=lambda call: call.waited)
    spoken = [event for event in conversation.events if event.sender == "server"]
    # A slow reader may close its window twice, and the first time it opens may be enough.
    opened = [
        after.packet
        for before, after in pairwise(spoken)
        if before in conversation.zero_windows and after.window > 0
    ]
    assert any(blocked.began_before(each) and blocked.returned_after(each) for each in opened)
