"""TLS hides a page and proves who serves it"""

import pytest

from lab import Command, Program, Scenario, Tcp, tls

HTTPS = Tcp(443)
URL = "https://server/"
AUTHORITY = "/etc/ssl/socketlab/ca.crt"
CERTIFICATE = ("/etc/ssl/socketlab/server.crt", "/etc/ssl/socketlab/server.key")


def steps(lab):
    lab.server.start(Program("server.py", "{answer}", *CERTIFICATE, listens_on=HTTPS, serves=True))
    address = lab.server.address
    by_address = f"https://[{address}]/" if ":" in address else f"https://{address}/"
    lab.client.run(Program("client.py", f"{URL}{{word}}", AUTHORITY), name="trusting")
    lab.client.run(Program("client.py", f"{URL}{{word}}"), name="untrusting")
    lab.client.run(Program("client.py", by_address, AUTHORITY), name="by address")
    lab.client.run(Program("client.py", f"{URL}{{word2}}", AUTHORITY, "1.2"), name="older")
    lab.browser.run(Command("browse", f"{URL}{{word3}}", deadline=200, fails=1), name="untrusting")
    trusting = ("browse", f"{URL}{{word3}}", "--trust", AUTHORITY, "--screenshot", "page.png")
    lab.browser.run(Command(*trusting, keeps="page.png", deadline=200), name="trusting")


scenario = Scenario(part="D", lectures=[3], hosts=["client", "server", "browser"], steps=steps)


def asked(observed):
    """Return the request lines of those who trust the server."""
    paths = (observed.word, observed.word2, observed.word3)
    return [f"GET /{path} HTTP/1.1" for path in paths]


@pytest.mark.parametrize("client", ["trusting", "older"])
def test_who_trusts_the_authority_gets_the_page(observed, client):
    request = asked(observed)[client == "older"]
    heading = f"<h1>{observed.answer} heard {request}</h1>"
    status, *page = observed.client[client].stdout
    assert (status, page) == ("200 OK", ["<!doctype html>", "<title>Socket Lab</title>", heading])


def test_who_does_not_trust_the_authority_refuses_the_server(observed):
    (said,) = observed.client["untrusting"].stdout
    assert said.startswith("refused: ")
    assert "unable to get local issuer certificate" in said


def test_an_address_is_not_the_name_in_the_certificate_and_is_refused(observed):
    (said,) = observed.client["by address"].stdout
    assert said.startswith("refused: ")
    assert f"certificate is not valid for '{observed.server.address}'" in said


def test_chromium_refuses_the_server_until_it_is_told_whom_to_trust(observed):
    refusing, trusting = observed.browser["untrusting"], observed.browser["trusting"]
    assert refusing.stdout == []
    assert refusing.stderr == [f"browse: {URL}{observed.word3}: net::ERR_CERT_AUTHORITY_INVALID"]
    assert trusting.stdout == ["Socket Lab", f"{observed.answer} heard {asked(observed)[2]}"]
    assert not trusting.picture("page.png").is_blank


def test_the_client_speaks_first_and_names_the_server_it_wants_in_the_clear(observed):
    talks = observed.conversations(HTTPS)
    assert {talk.spoke_first for talk in talks} == {"client"}
    names = [tls.client_hello(talk.sent).server_name for talk in talks]
    assert names == ["server", "server", None, *["server"] * len(talks[3:])]


def test_the_server_takes_the_newest_version_that_both_know(observed):
    talks = observed.conversations(HTTPS, client="client")
    versions = [tls.server_hello(talk.received).version for talk in talks]
    assert versions == ["TLS 1.3", "TLS 1.3", "TLS 1.3", "TLS 1.2"]


def test_nothing_of_the_request_and_the_page_crosses_in_the_clear(observed):
    for talk in observed.conversations(HTTPS):
        assert talk.hides("GET /", "Content-Length", observed.answer, observed.word, observed.word2)


def test_the_server_decrypts_each_request(observed):
    requests = zip(["TLSv1.3", "TLSv1.2", "TLSv1.3"], asked(observed), strict=True)
    assert observed.server.findall(r"^(TLSv1\..): (.+)$") == [*requests]


def test_tls_1_2_shows_the_certificate_and_its_name_and_tls_1_3_hides_both(observed):
    trusting, _, _, older = observed.conversations(HTTPS, client="client")
    (certificate,) = tls.certificates(older.received)
    assert b"server.lab.test" in certificate
    assert tls.certificates(trusting.received) == ()
    assert trusting.hides("server.lab.test")


@pytest.mark.parametrize(
    ("client", "why"), [("untrusting", "unknown CA"), ("by address", "bad certificate")]
)
def test_who_refuses_says_why_before_it_hangs_up(observed, client, why):
    talk = observed.conversation(HTTPS, during=observed.client[client])
    assert [alert.description for alert in tls.alerts(talk.sent)] == [why]
    assert observed.server.findall(f"alert {why.lower()}") != []
