"""A page gets new data without a reload"""

import json

from lab import Program, Scenario, Tcp, mysql

WEB, STORE, CACHE = Tcp(80), Tcp(3306), Tcp(11211)
# Not http://app/: browsers know all names under "app" as names to be asked over HTTPS alone.
URL = "http://app.ipv{version}.lab.test/"
MEANING = "Where a program is plugged into the network."
LINKS = [(WEB, "browser", "app"), (CACHE, "app", "cache"), (STORE, "app", "db")]


def steps(lab):
    lab.app.start(Program("app.py", "{answer}", listens_on=WEB, serves=True))
    pictures = ["before.png", "after.png"]
    lab.browser.run(Program("visit.py", f"{URL}for/{{word}}", keeps=pictures, traced=False))


HOSTS = ("browser", "app", "cache", "db")
FILES = {"app": "templates"}
scenario = Scenario(part="E", lectures=[1], hosts=HOSTS, steps=steps, deadline=200, files=FILES)


def selects(observed):
    """Return what the application asked the data store for."""
    asked = mysql.queries(*observed.conversations(STORE, at="app"))
    return [query for query in asked if query.text.startswith("SELECT")]


def test_the_page_is_a_template_filled_with_rows_of_the_data_store(observed):
    assert selects(observed)[0].text == "SELECT word FROM words ORDER BY word"
    page = observed.http(WEB).responses[0].body.decode()
    for word in ("datagram", "port", "socket"):
        assert f'<button id="{word}">{word}</button>' in page
    assert not any(mark in page for mark in ("{{", "{%"))


def test_each_click_changes_the_page_that_is_there_and_its_picture(observed):
    top = [f"Glossary {observed.answer} for {observed.word}", "datagram port socket"]
    visit = observed.browser["visit.py"]
    assert visit.stdout == [
        *("--- opened", *top, "Choose a word."),
        *("--- click 1", *top, MEANING, "from the data store"),
        *("--- click 2", *top, MEANING, "from the cache"),
        "this is still the page that was opened",
    ]
    assert not visit.picture("before.png").is_blank
    assert visit.picture("before.png") != visit.picture("after.png")


def test_the_browser_asks_for_one_page_and_then_only_for_data(observed):
    asked = [(request.method, request.path) for request in observed.http(WEB).requests]
    paths = [f"/for/{observed.word}", "/meaning/socket", "/meaning/socket"]
    assert asked == [("GET", path) for path in paths]
    _, *answers = observed.http(WEB).responses
    assert [answer.headers["Content-Type"] for answer in answers] == ["application/json"] * 2
    sources = [{"meaning": MEANING, "source": source} for source in ("data store", "cache")]
    assert [json.loads(answer.body) for answer in answers] == sources


def test_the_first_click_misses_the_cache_asks_the_store_and_fills_the_cache(observed):
    get, miss, put, stored = observed.messages(CACHE, at="app")[:4]
    assert (get.data, miss.data, stored.data) == (b"get socket\r\n", b"END\r\n", b"STORED\r\n")
    assert put.data == f"set socket 0 60 {len(MEANING)}\r\n{MEANING}\r\n".encode()
    _, query = selects(observed)
    assert query.text == "SELECT meaning FROM words WHERE word = 'socket'"
    _, (request, answer), _ = observed.http(WEB, at="app").exchanges
    times = [each.time_ns for each in (request, get, miss, query, put, stored, answer)]
    assert times == sorted(set(times))


def test_the_second_click_hits_the_cache_and_does_not_reach_the_data_store(observed):
    get, hit = observed.messages(CACHE, at="app")[4:]
    assert get.data == b"get socket\r\n"
    assert hit.data == f"VALUE socket 0 {len(MEANING)}\r\n{MEANING}\r\nEND\r\n".encode()
    _, _, (request, answer) = observed.http(WEB, at="app").exchanges
    assert request.time_ns < get.time_ns < hit.time_ns < answer.time_ns
    assert len(observed.conversations(STORE, at="app")) == 2
    assert observed.messages(STORE, at="app")[-1].time_ns < request.time_ns


def test_the_application_prints_where_each_answer_came_from(observed):
    page = f"for {observed.word}: a page with 3 words from the data store"
    clicks = ["socket: from the data store", "socket: from the cache"]
    assert observed.app.stdout == [page, *clicks]


def test_both_ends_see_the_same_over_the_ip_version_of_the_run(observed):
    for service, client, server in LINKS:
        ours, theirs = (observed.conversations(service, at=host) for host in (client, server))
        assert [(c.sent, c.received) for c in ours] == [(c.sent, c.received) for c in theirs] != []
        addresses = (observed.host(client).address, observed.host(server).address)
        assert {(c.client.ip, c.server.ip) for c in ours} == {addresses}
