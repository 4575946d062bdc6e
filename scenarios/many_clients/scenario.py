"""Threads, a selector or asyncio serve clients at once"""

from collections import Counter

import pytest

from lab import Program, Scenario, Tcp

SERVERS = {
    "one_at_a_time.py": Tcp(15030),
    "thread_each.py": Tcp(15031),
    "one_selector.py": Tcp(15032),
    "one_event_loop.py": Tcp(15033),
}
SERIAL, *CONCURRENT = SERVERS
TURN_NS = 100_000_000

scenario = Scenario(
    part="B",
    lectures=[8],
    server=[Program(file, "{answer}", listens_on=SERVERS[file], serves=True) for file in SERVERS],
    client=[
        Program("client.py", "server", service.port, "{word}", waits=waits, name=file)
        for (file, service), waits in zip(SERVERS.items(), (0.5, 0.1, 0.1, 0.1), strict=True)
    ],
)


def names(observed):
    return [f"{name} {observed.word}" for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")]


def turns(observed, server):
    """Return when the server asked each client, heard it and greeted it, in the order of time."""
    spans, heard = [], []
    for conversation in observed.conversations(SERVERS[server]):
        question, name, answer = conversation.messages
        assert conversation.turns == ["server", "client", "server"]
        assert answer.data == observed.answer.encode() + b" greets " + name.data
        spans.append((question.time_ns, name.time_ns, answer.time_ns))
        heard.append(name.data.decode().strip())
    assert sorted(heard) == names(observed)
    return sorted(spans)


def at_once(spans):
    """Return the greatest number of spans that have a moment in common."""
    return max(sum(began <= start < ended for began, _, ended in spans) for start, *_ in spans)


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_greets_every_client_by_its_name(observed, server):
    greetings = observed.client[server].findall(r"^(.+?)[ #]*#$")
    assert greetings == [(f"{observed.answer} greets {name}",) for name in names(observed)]
    assert sorted(observed.server[server].stdout) == [f"greeted {n}" for n in names(observed)]


def test_all_clients_of_the_serial_server_are_connected_before_the_first_is_done(observed):
    conversations = observed.conversations(SERVERS[SERIAL])
    first_answer = min(ended for *_, ended in turns(observed, SERIAL))
    assert all(conversation.started_ns < first_answer for conversation in conversations)


def test_k_clients_take_a_serial_server_k_turns_one_after_the_other(observed):
    ((clients, took),) = observed.client[SERIAL].findall(r"(\d+) clients .* of ([\d.]+) turns$")
    (began, *_), *_, (*_, ended) = spans = turns(observed, SERIAL)
    assert at_once(spans) == 1
    assert float(took) >= int(clients) == 5
    assert ended - began >= 5 * TURN_NS


@pytest.mark.parametrize("server", CONCURRENT)
def test_the_turns_of_a_concurrent_server_overlap_and_take_less_time(observed, server):
    ((took,),) = observed.client[server].findall(r"of ([\d.]+) turns$")
    spans = turns(observed, server)
    elapsed = max(ended for *_, ended in spans) - spans[0][0]
    assert elapsed < 5 * max(heard - began for began, heard, _ in spans)
    assert float(took) >= max(1, round(elapsed / TURN_NS, 1))
    assert at_once(spans) > 2


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_waits_for_names_in_a_receive_or_for_whatever_comes_in_one_call(observed, server):
    waited = Counter()
    for call in observed.server[server].calls():
        waited[call.name] += call.waited
    del waited["accept"]
    one_by_one = server in (SERIAL, "thread_each.py")
    assert max(waited, key=waited.get) == ("recv" if one_by_one else "epoll_wait")
    threads = {call.thread for call in observed.server[server].calls("recv")}
    assert len(threads) == (5 if server == "thread_each.py" else 1)
