"""A page gets new data without a reload"""

import json
from itertools import pairwise

from lab import Command, Program, Scenario, Tcp
from lab.observation import png
from lab.wire import mysql

WEB = Tcp(80)
STORE = Tcp(3306)
CACHE = Tcp(11211)

# Not http://app/: browsers know all names under "app" as names to be asked over HTTPS alone.
URL = "http://app.ipv{version}.lab.test/"

PAGES_QUERY = "SELECT word FROM words ORDER BY word"
MEANINGS_QUERY = "SELECT meaning FROM words WHERE word = 'socket'"
SLOW = 200  # seconds at most: a browser, and a framework, take their time to start
MEANING = "Where a program is plugged into the network."


def steps(lab):
    # Whatever earlier runs left in the cache goes: what follows begins with a cold one.
    lab.app.run(Command("nc", "-N", "cache", CACHE.port, stdin="flush_all\r\nquit\r\n"))
    lab.app.start(Program("app.py", listens_on=WEB, serves=True, deadline=SLOW))
    lab.browser.run(Program("visit.py", URL, keeps=["before.png", "after.png"], deadline=SLOW))


scenario = Scenario(part="E", lectures=[1], hosts=["browser", "app", "cache", "db"], steps=steps)


def said(observed, service, who):
    """What one side of all conversations with a service said at host app, in order of time."""
    return sorted(
        (
            message
            for conversation in observed.conversations(service, at="app")
            for message in conversation.messages
            if message.direction == who
        ),
        key=lambda message: message.time_ns,
    )


def exchanges(observed):
    """The browser's requests and the answers to them, as app's network card saw them."""
    return list(zip(said(observed, WEB, "client"), said(observed, WEB, "server"), strict=True))


def body(answer):
    return answer.data.partition(b"\r\n\r\n")[2].decode()


def queries(observed):
    """When the application asked the data store for rows, and in which words."""
    said_to_it = said(observed, STORE, "client")
    asked = [(message.time_ns, mysql.query(message.data)) for message in said_to_it]
    return [(time_ns, text) for time_ns, text in asked if text and text.startswith("SELECT")]


def test_the_page_is_a_template_filled_with_rows_of_the_data_store(observed):
    assert queries(observed)[0][1] == PAGES_QUERY
    page = body(exchanges(observed)[0][1])
    for word in ("datagram", "port", "socket"):
        assert f'<button id="{word}">{word}</button>' in page
    assert "{{" not in page
    assert "{%" not in page


def test_each_click_changes_the_page_that_is_there(observed):
    top = ["Glossary", "datagram port socket"]
    assert observed.browser["visit.py"].stdout == [
        *("--- opened", *top, "Choose a word."),
        *("--- click 1", *top, MEANING, "from the data store"),
        *("--- click 2", *top, MEANING, "from the cache"),
        "this is still the page that was opened",
    ]


def test_the_browser_asks_for_one_page_and_then_only_for_what_changes(observed):
    lines = [request.data.partition(b"\r\n")[0] for request, _ in exchanges(observed)]
    assert lines == [
        b"GET / HTTP/1.1",
        b"GET /meaning/socket HTTP/1.1",
        b"GET /meaning/socket HTTP/1.1",
    ]


def test_a_click_is_answered_with_data_and_not_with_a_page(observed):
    for (_, answer), source in zip(exchanges(observed)[1:], ["data store", "cache"], strict=True):
        assert b"\r\nContent-Type: application/json\r\n" in answer.data
        assert json.loads(body(answer)) == {"meaning": MEANING, "source": source}


def test_the_run_begins_with_an_empty_cache(observed):
    assert observed.app["nc"].stdout == ["OK"]
    assert said(observed, CACHE, "client")[0].data.startswith(b"flush_all\r\n")
    assert said(observed, CACHE, "server")[0].data == b"OK\r\n"


def test_the_first_click_misses_the_cache_asks_the_store_and_fills_the_cache(observed):
    _, get, put = said(observed, CACHE, "client")[:3]
    _, miss, stored = said(observed, CACHE, "server")[:3]
    assert (get.data, miss.data) == (b"get socket\r\n", b"END\r\n")
    head = b"set socket 0 60 %d\r\n" % len(MEANING)
    assert put.data == head + MEANING.encode() + b"\r\n"
    assert stored.data == b"STORED\r\n"
    request, answer = exchanges(observed)[1]
    (asked_ns, text), *others = queries(observed)[1:]
    assert (text, others) == (MEANINGS_QUERY, [])
    steps = [request, get, miss, asked_ns, put, stored, answer]
    times = [step if isinstance(step, int) else step.time_ns for step in steps]
    assert all(before < after for before, after in pairwise(times))


def test_the_second_click_hits_the_cache(observed):
    *_, get = said(observed, CACHE, "client")
    *_, hit = said(observed, CACHE, "server")
    assert get.data == b"get socket\r\n"
    assert hit.data == b"VALUE socket 0 %d\r\n%s\r\nEND\r\n" % (len(MEANING), MEANING.encode())
    request, answer = exchanges(observed)[2]
    assert request.time_ns < get.time_ns < hit.time_ns < answer.time_ns


def test_the_hit_does_not_reach_the_data_store(observed):
    request, answer = exchanges(observed)[2]
    began = [c.started_ns for c in observed.conversations(STORE, at="app")]
    spoke = [m.time_ns for who in ("client", "server") for m in said(observed, STORE, who)]
    assert not [when for when in began + spoke if request.time_ns <= when <= answer.time_ns]
    assert len(began) == 2


def test_the_application_prints_where_each_answer_came_from(observed):
    assert observed.app["app.py"].stdout == [
        "a page with 3 words from the data store",
        "socket: from the data store",
        "socket: from the cache",
    ]


def test_the_store_and_the_cache_see_what_the_application_says_to_them(observed):
    for service, host in ((STORE, "db"), (CACHE, "cache")):
        theirs = observed.conversations(service, at=host)
        ours = observed.conversations(service, at="app")
        assert [c.sent for c in theirs] == [c.sent for c in ours] != []
        assert [c.received for c in theirs] == [c.received for c in ours]


def test_all_of_them_speak_over_the_ip_version_of_the_run(observed):
    family = observed.family
    for service, client, server in (
        (WEB, "browser", "app"),
        (CACHE, "app", "cache"),
        (STORE, "app", "db"),
    ):
        ends = {(c.client.ip, c.server.ip) for c in observed.conversations(service)}
        addresses = tuple(observed.host(name).addresses[family] for name in (client, server))
        assert ends == {addresses}


def test_the_pictures_show_a_page_before_and_after(observed):
    files = observed.browser["visit.py"].files
    before, after = png.read(files["before.png"]), png.read(files["after.png"])
    assert not before.is_blank
    assert before != after
