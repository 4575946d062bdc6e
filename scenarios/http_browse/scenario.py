"""A socket program serves a page to three clients"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8080)
URL = "http://server:8080/"
SHOWN = ("--icons", "--screenshot", "page.png")

scenario = Scenario(
    part="D",
    lectures=[9],
    server=Program("browse.py", "{answer}", listens_on=WEB, serves=True),
    client=[
        Program("client.py", f"{URL}{{word}}"),
        Command("curl", "--silent", "--show-error", f"{URL}{{word2}}"),
    ],
    browser=Command("browse", f"{URL}{{word3}}", *SHOWN, keeps="page.png", deadline=150),
)


def asked(observed):
    """Return the request lines of urllib, curl and Chromium, with the icon that it wants."""
    paths = (observed.word, observed.word2, observed.word3, "favicon.ico")
    return [f"GET /{path} HTTP/1.1" for path in paths]


def page(observed, request):
    heading = f"<h1>{observed.answer} heard {request}</h1>"
    return ["<!doctype html>", "<title>Socket Lab</title>", heading]


def test_urllib_and_curl_get_the_page_with_its_tags(observed):
    for_urllib, for_curl, *_ = (page(observed, request) for request in asked(observed))
    head = ["200 OK", "text/html; charset=utf-8"]
    assert observed.client["client.py"].stdout == [*head, *for_urllib]
    assert observed.client["curl"].stdout == for_curl


def test_chromium_shows_the_title_and_the_heading_and_no_tags(observed):
    browse, heading = observed.browser["browse"], f"{observed.answer} heard {asked(observed)[2]}"
    assert browse.stdout == ["Socket Lab", heading]
    assert not browse.picture("page.png").is_blank


def test_the_server_prints_each_request_as_it_came(observed):
    callers = [observed.client.address] * 2 + [observed.browser.address] * 2
    assert observed.server.findall(r"^from (.+):$") == [(ip,) for ip in callers]
    assert observed.server.findall("^(GET .+)$") == [(line,) for line in asked(observed)]
    agents = [request.headers["User-Agent"] for request in observed.http(WEB).requests]
    assert observed.server.findall("^User-Agent: (.+)$") == [(agent,) for agent in agents]


def test_urllib_and_curl_open_a_connection_each_one_after_the_other(observed):
    urllib, curl = observed.conversations(WEB, client="client")
    assert urllib.handshake == curl.handshake == ["SYN", "SYN ACK", "ACK"]
    assert urllib.client.port != curl.client.port
    assert urllib.messages[-1].time_ns < curl.started_ns
    hung_up = [fin.time_ns for fin in urllib.fins if fin.sender == "server"]
    assert hung_up != []
    assert hung_up[0] < curl.messages[-1].time_ns


def test_chromium_asks_for_the_page_and_its_icon_and_looks_up_the_server_and_no_other(observed):
    requests = observed.http(WEB, client="browser").requests
    assert [request.start_line for request in requests] == asked(observed)[2:]
    names = observed.name_lookups(at="browser").names
    assert names == [f"server.{observed.family}.lab.test"]


def test_a_request_is_a_request_line_and_headers_and_an_empty_line(observed):
    requests = observed.http(WEB).requests
    assert [request.start_line for request in requests] == asked(observed)
    for request in requests:
        assert (request.headers["Host"], request.body) == ("server:8080", b"")


def test_an_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    for request, response in observed.http(WEB).exchanges:
        assert response.start_line == "HTTP/1.1 200 OK"
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["Content-Length"] == str(len(response.body))
        assert response.body.decode().splitlines() == page(observed, request.start_line)


def test_each_connection_is_for_one_request_and_closed_from_both_ends_and_never_reset(observed):
    for conversation in observed.conversations(WEB):
        assert conversation.turns == (["client", "server"] if conversation.sent else [])
        assert conversation.closed
        assert conversation.resets == ()
