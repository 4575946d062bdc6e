"""Threads, a selector or asyncio serve clients at once"""

import pytest

from lab import Program, Scenario, Tcp

SERVERS = {
    "one_at_a_time.py": Tcp(15030),
    "thread_each.py": Tcp(15031),
    "one_selector.py": Tcp(15032),
    "one_event_loop.py": Tcp(15033),
}
SERIAL, *CONCURRENT = SERVERS
NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve"]
TURN_NS = 100_000_000


def client_of(server, waits):
    return Program("client.py", "server", SERVERS[server].port, waits=waits, name=server)


scenario = Scenario(
    part="B",
    lectures=[8],
    server=[Program(file, listens_on=SERVERS[file], serves=True) for file in SERVERS],
    client=[client_of(SERIAL, 0.5), *(client_of(server, 0.1) for server in CONCURRENT)],
)


def turns(observed, server):
    """Return when the server asked each client and when it greeted it, in the order of time."""
    found = []
    for conversation in observed.conversations(SERVERS[server]):
        question, name, answer = conversation.messages
        assert (question.sender, name.sender) == ("server", "client")
        found.append((question.time_ns, answer.time_ns))
    assert len(found) == len(NAMES)
    return sorted(found)


def at_once(spans):
    """Return the greatest number of spans that have a moment in common."""
    return max(sum(began <= start < ended for began, ended in spans) for start, _ in spans)


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_greets_every_client_by_its_name(observed, server):
    greetings = observed.client[server].findall(r"^(.+?)[ #]*#$")
    assert greetings == [(f"Hello {name}",) for name in NAMES]


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_prints_whom_it_greeted(observed, server):
    assert sorted(observed.server[server].stdout) == [f"greeted {name}" for name in NAMES]


def test_all_clients_of_the_serial_server_are_connected_before_the_first_is_done(observed):
    conversations = observed.conversations(SERVERS[SERIAL])
    first_answer = min(ended for _, ended in turns(observed, SERIAL))
    assert all(conversation.started_ns < first_answer for conversation in conversations)


def test_the_serial_server_asks_nobody_before_it_is_done_with_the_one_before(observed):
    assert at_once(turns(observed, SERIAL)) == 1


def test_k_clients_take_a_serial_server_k_turns(observed):
    ((took,),) = observed.client[SERIAL].findall(r"of ([\d.]+) turns$")
    assert float(took) >= len(NAMES)
    (began, _), *_, (_, ended) = turns(observed, SERIAL)
    assert ended - began >= len(NAMES) * TURN_NS


@pytest.mark.parametrize("server", CONCURRENT)
def test_the_turns_of_a_concurrent_server_overlap(observed, server):
    assert at_once(turns(observed, server)) > len(NAMES) / 2


@pytest.mark.parametrize("server", CONCURRENT)
def test_k_clients_take_a_concurrent_server_less_than_k_turns(observed, server):
    ((took,),) = observed.client[server].findall(r"of ([\d.]+) turns$")
    assert 1 <= float(took) < len(NAMES)
