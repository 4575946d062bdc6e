"""TLS hides a page and proves who serves it"""

from lab import Command, Program, Scenario, Tcp
from lab.observation import png
from lab.wire import tls

HTTPS = Tcp(443)
URL = "https://server/"
AUTHORITY = "/etc/ssl/socketlab/ca.crt"
OWN = ("/etc/ssl/socketlab/server.crt", "/etc/ssl/socketlab/server.key")
PAGE = ["<!doctype html>", "<title>Socket Lab</title>", "<h1>Hello World!</h1>"]
SCREENSHOT = "page.png"


def steps(lab):
    lab.server.start(Program("server.py", *OWN, listens_on=HTTPS, serves=True))
    address = lab.server.address
    by_address = f"https://[{address}]/" if ":" in address else f"https://{address}/"
    lab.client.run(Program("client.py", URL, AUTHORITY))
    lab.client.run(Program("client.py", URL))
    lab.client.run(Program("client.py", by_address, AUTHORITY))
    lab.client.run(Program("client.py", URL, AUTHORITY, "1.2"))
    lab.browser.run(Command("browse", URL, deadline=150))
    picture = ("--screenshot", SCREENSHOT)
    trusting = ("browse", URL, "--trust", AUTHORITY, *picture)
    lab.browser.run(Command(*trusting, keeps=SCREENSHOT, deadline=150))


scenario = Scenario(part="D", lectures=[3], hosts=["client", "server", "browser"], steps=steps)


def printed(observed):
    """Return what the four runs of client.py printed, by what each was about."""
    about = ("trusting", "untrusting", "by address", "older")
    return dict(zip(about, (ran.stdout for ran in observed.client.transcripts), strict=True))


def talks(observed):
    """Return the conversations of the four runs of client.py, likewise."""
    own = observed.client.addresses[observed.family]
    found = [talk for talk in observed.conversations(HTTPS) if talk.client.ip == own]
    return dict(zip(("trusting", "untrusting", "by address", "older"), found, strict=True))


def test_who_trusts_the_authority_gets_the_page(observed):
    assert printed(observed)["trusting"] == ["200 OK", *PAGE]


def test_who_does_not_trust_the_authority_refuses_the_server(observed):
    (said,) = printed(observed)["untrusting"]
    assert said.startswith("refused: ")
    assert "unable to get local issuer certificate" in said


def test_an_address_is_not_the_name_in_the_certificate_and_is_refused(observed):
    (said,) = printed(observed)["by address"]
    assert said.startswith("refused: ")
    assert f"certificate is not valid for '{observed.server.addresses[observed.family]}'" in said


def test_the_older_tls_brings_the_same_page(observed):
    assert printed(observed)["older"] == ["200 OK", *PAGE]


def test_chromium_refuses_the_server_until_it_is_told_whom_to_trust(observed):
    refusing, trusting = observed.browser.transcripts
    assert refusing.stdout == []
    assert refusing.stderr == [f"browse: {URL}: net::ERR_CERT_AUTHORITY_INVALID"]
    assert trusting.stdout == ["Socket Lab", "Hello World!"]


def test_the_screenshot_is_a_picture_with_something_on_it(observed):
    picture = observed.browser["browse"].files.get(SCREENSHOT)
    assert picture is not None, "the browser left no screenshot"
    assert not png.read(picture).is_blank


def test_the_client_speaks_first_and_names_the_server_it_wants_in_the_clear(observed):
    for talk in observed.conversations(HTTPS):
        assert talk.messages[0].direction == "client"
        hello = tls.client_hello(talk.sent)
        assert hello is not None, f"{talk.client} began with no ClientHello"
        is_by_address = talk.client == talks(observed)["by address"].client
        assert hello.server_name == (None if is_by_address else "server")


def test_the_server_takes_the_newest_version_that_both_know(observed):
    for name, talk in talks(observed).items():
        chosen = tls.server_hello(talk.received)
        assert chosen is not None
        assert chosen.version == ("TLS 1.2" if name == "older" else "TLS 1.3")


def test_nothing_of_the_request_and_the_page_crosses_in_the_clear(observed):
    for talk in observed.conversations(HTTPS):
        for word in (b"GET / HTTP", b"Hello World", b"Content-Length"):
            assert word not in talk.sent + talk.received


def test_the_server_decrypts_each_request(observed):
    requests = [line for line in observed.server.stdout if line.startswith("TLSv1.")]
    assert requests == [
        "TLSv1.3: GET / HTTP/1.1",
        "TLSv1.2: GET / HTTP/1.1",
        "TLSv1.3: GET / HTTP/1.1",
        "TLSv1.3: GET /favicon.ico HTTP/1.1",
    ]


def test_tls_1_2_shows_the_certificate_and_its_name_and_tls_1_3_hides_both(observed):
    found = talks(observed)
    (certificate,) = tls.certificates(found["older"].received)
    assert b"server.lab.test" in certificate
    assert tls.certificates(found["trusting"].received) == ()
    assert b"server.lab.test" not in found["trusting"].received


def test_who_refuses_says_why_before_it_hangs_up(observed):
    found = talks(observed)
    for name, why in (("untrusting", "unknown CA"), ("by address", "bad certificate")):
        assert [alert.description for alert in tls.alerts(found[name].sent)] == [why]
        told = why.lower()
        assert [line for line in observed.server.stdout if f"alert {told}" in line] != []
