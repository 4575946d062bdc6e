"""Threads, a selector or asyncio serve clients at once"""

import re

from lab import Program, Scenario, Tcp

SERIAL = Tcp(15030)
CONCURRENT = [Tcp(15031), Tcp(15032), Tcp(15033)]
SERVICES = [SERIAL, *CONCURRENT]
NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve"]
TURN_NS = 100_000_000

scenario = Scenario(
    part="B",
    lectures=[8],
    server=[
        Program("one_at_a_time.py", listens_on=SERIAL, serves=True),
        Program("thread_each.py", listens_on=CONCURRENT[0], serves=True),
        Program("one_selector.py", listens_on=CONCURRENT[1], serves=True),
        Program("one_event_loop.py", listens_on=CONCURRENT[2], serves=True),
    ],
    client=[
        Program("client.py", "server", SERIAL.port, waits=0.5),
        *(Program("client.py", "server", service.port, waits=0.1) for service in CONCURRENT),
    ],
)


def client(observed, service):
    """What the client of this service printed: the greetings, and the number of turns."""
    ran = observed.client.transcripts
    *bars, took = next(t.stdout for t in ran if t.arguments[-1] == str(service.port))
    return [bar.rstrip("# ") for bar in bars], float(re.search(r"of ([\d.]+) turns", took)[1])


def turns(observed, service):
    """From when until when the server was busy with each client, in order: question to answer."""
    found = []
    for conversation in observed.conversations(service):
        question, name, answer = conversation.messages
        assert (question.direction, name.direction) == ("server", "client")
        found.append((question.time_ns, answer.time_ns))
    assert len(found) == len(NAMES)
    return sorted(found)


def at_once(spans):
    """The greatest number of spans that have a moment in common."""
    return max(sum(began <= start < ended for began, ended in spans) for start, _ in spans)


def test_every_server_greets_every_client_by_its_name(observed):
    for service in SERVICES:
        greetings, _ = client(observed, service)
        assert greetings == [f"Hello {name}" for name in NAMES]


def test_every_server_prints_whom_it_greeted(observed):
    for transcript in observed.server.transcripts:
        assert sorted(transcript.stdout) == [f"greeted {name}" for name in NAMES]


def test_all_clients_of_the_serial_server_are_connected_before_the_first_is_done(observed):
    conversations = observed.conversations(SERIAL)
    assert len(conversations) == len(NAMES)
    first_answer = min(ended for _, ended in turns(observed, SERIAL))
    assert all(conversation.started_ns < first_answer for conversation in conversations)


def test_the_serial_server_asks_nobody_before_it_is_done_with_the_one_before(observed):
    assert at_once(turns(observed, SERIAL)) == 1


def test_k_clients_take_a_serial_server_k_turns(observed):
    _, took = client(observed, SERIAL)
    assert took >= len(NAMES)
    spans = turns(observed, SERIAL)
    assert spans[-1][1] - spans[0][0] >= len(NAMES) * TURN_NS


def test_the_turns_of_a_concurrent_server_overlap(observed):
    for service in CONCURRENT:
        assert at_once(turns(observed, service)) > len(NAMES) / 2


def test_k_clients_take_a_concurrent_server_less_than_k_turns(observed):
    for service in CONCURRENT:
        _, took = client(observed, service)
        assert 1 <= took < len(NAMES)
