"""What TLS shows in the clear is read as its RFCs have it, and any bytes are read without harm."""

from __future__ import annotations

import shutil
import ssl
import struct
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from places import CAPTURES

from lab.wire import tls
from lab.wire.conversation import Conversation, conversations
from lab.wire.pcap import read

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{1,10}){0,3}", fullmatch=True)
SIXTEEN = st.integers(0, 0xFFFF)


def vector(length: int, content: bytes) -> bytes:
    """Return a vector behind its length (RFC 8446, 3.4)."""
    return len(content).to_bytes(length, "big") + content


def record(kind: int, fragment: bytes) -> bytes:
    return bytes([kind]) + b"\x03\x03" + vector(2, fragment)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + vector(3, body)


def extension(number: int, content: bytes) -> bytes:
    return number.to_bytes(2, "big") + vector(2, content)


SERVER_HELLO = record(22, message(2, bytes(38)))


def hello(
    name: str | None = None, alpn: tuple[str, ...] = (), versions: tuple[int, ...] = ()
) -> bytes:
    """Return a ClientHello (RFC 8446, 4.1.2)."""
    extensions = b""
    if name is not None:
        extensions += extension(0, vector(2, b"\0" + vector(2, name.encode())))
    if alpn:
        listed = b"".join(vector(1, each.encode()) for each in alpn)
        extensions += extension(16, vector(2, listed))
    if versions:
        extensions += extension(43, vector(1, struct.pack(f">{len(versions)}H", *versions)))
    suites = vector(2, struct.pack(">2H", 0x1301, 0xC02B))
    body = b"\x03\x03" + bytes(range(32)) + vector(1, b"") + suites + b"\x01\x00"
    return message(1, body + vector(2, extensions))


def in_the_python(version: ssl.TLSVersion, name: str) -> bytes:
    """Return the first bytes that Python's own TLS sends."""
    context = ssl.create_default_context()
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["http/1.1"])
    arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(arriving, leaving, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return leaving.read()


@given(NAMES, st.lists(NAMES, max_size=3).map(tuple), st.lists(SIXTEEN, max_size=4).map(tuple))
def test_a_client_hello_says_whom_it_asks_for_and_what_it_offers(
    name: str, alpn: tuple[str, ...], versions: tuple[int, ...]
) -> None:
    found = tls.client_hello(record(22, hello(name, alpn, versions)))
    assert found is not None
    assert found.server_name == name
    assert found.protocols == alpn
    known = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
    assert found.versions == tuple(known[each] for each in versions or (0x0303,) if each in known)
    assert found.cipher_suites == (0x1301, 0xC02B)


@given(NAMES, st.integers(1, 60))
def test_a_message_may_be_cut_up_into_any_records(name: str, step: int) -> None:
    whole = hello(name)
    pieces = [whole[at : at + step] for at in range(0, len(whole), step)]
    found = tls.client_hello(b"".join(record(22, piece) for piece in pieces))
    assert found is not None
    assert found.server_name == name


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_a_real_client_says_is_read(version: ssl.TLSVersion) -> None:
    found = tls.client_hello(in_the_python(version, "server.lab.test"))
    assert found is not None
    assert found.server_name == "server.lab.test"
    assert found.protocols == ("http/1.1",)
    assert found.versions == (version.name.replace("TLSv", "TLS ").replace("_", "."),)
    assert found.session_id == b"" or len(found.session_id) == 32


def test_an_address_is_no_name_so_a_client_asks_for_none() -> None:
    found = tls.client_hello(in_the_python(ssl.TLSVersion.TLSv1_3, "10.77.0.20"))
    assert found is not None
    assert found.server_name is None


def test_a_server_s_choice_is_read() -> None:
    body = b"\x03\x03" + bytes(32) + vector(1, b"") + b"\x13\x02\x00"
    newer = record(22, message(2, body + vector(2, extension(43, b"\x03\x04"))))
    older = record(22, message(2, body))
    for stream, version in ((newer, "TLS 1.3"), (older, "TLS 1.2")):
        found = tls.server_hello(stream)
        assert found is not None
        assert (found.version, found.suite) == (version, "TLS_AES_256_GCM_SHA384")


def test_certificates_are_seen_where_they_are_in_the_clear() -> None:
    chain = vector(3, vector(3, b"its own") + vector(3, b"who signed"))
    stream = record(22, message(2, bytes(38)) + message(11, chain))
    assert tls.certificates(stream) == (b"its own", b"who signed")
    hidden = record(22, message(2, bytes(38))) + record(20, b"\1") + record(22, message(11, chain))
    assert tls.certificates(hidden) == ()


def test_an_alert_says_why_and_an_encrypted_one_does_not() -> None:
    unknown = record(21, b"\x02\x30")
    assert tls.alerts(unknown) == (tls.Alert(True, 48),)
    assert tls.alerts(unknown)[0].description == "unknown CA"
    assert tls.alerts(record(20, b"\1") + unknown) == ()
    assert tls.alerts(record(21, bytes(24))) == ()


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (record(22, hello("server")), "ClientHello for server"),
        (record(22, hello()), "ClientHello"),
        (record(22, hello("server"))[:40], "ClientHello"),
        (
            record(22, message(2, bytes(38))) + record(20, b"\1"),
            "ServerHello, ChangeCipherSpec",
        ),
        (
            SERVER_HELLO + record(22, message(11, b"") + message(14, b"")),
            "ServerHello, Certificate, ServerHelloDone",
        ),
        (record(20, b"\1") + record(22, bytes(40)), "ChangeCipherSpec, encrypted"),
        (record(23, bytes(40)) * 2, "TLS encrypted"),
        (record(21, b"\x02\x2a"), "TLS alert: bad certificate"),
        (record(21, bytes(26)), "TLS encrypted alert"),
        (b"GET / HTTP/1.1\r\n", ""),
        (b"", ""),
        (b"\x16\x03", ""),
        (record(20, b"not one"), ""),
        (b"\x17\x02\x00\x00\x05hello", ""),
    ],
)
def test_a_segment_is_told_in_words(payload: bytes, said: str) -> None:
    assert tls.words(payload) == said


@given(st.binary(max_size=300))
@example(record(22, b"\1\0\0"))
@example(record(22, message(1, bytes(34))))
@example(record(22, message(1, bytes(34) + b"\xff\xff\xff\xff")))
@example(record(22, hello("server")[:-3]))
def test_any_bytes_are_read_without_harm(given_bytes: bytes) -> None:
    look_at(given_bytes)
    look_at(record(22, given_bytes))
    look_at(record(22, message(1, given_bytes)))
    look_at(record(22, message(2, given_bytes)))
    look_at(record(22, message(11, given_bytes)))
    look_at(record(22, hello("server"))[: len(given_bytes)] + given_bytes)


def look_at(stream: bytes) -> None:
    assert sum(5 + len(each.fragment) for each in tls.records(stream)) <= len(stream)
    for each in (tls.client_hello(stream), tls.server_hello(stream)):
        for name in ("server_name", "protocols", "versions", "version", "suite"):
            getattr(each, name, None)
    _ = tls.words(stream), tls.certificates(stream), tls.alerts(stream)
    assert all(each.name for each in tls.handshakes(stream))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_tshark_reads_the_same_in_a_run_s_capture(family: str) -> None:
    path = CAPTURES / f"scenario_https_{family}.pcap"
    fields = ("stream", "handshake.type", "handshake.extensions_server_name", "alert_message.desc")
    names = [f"tcp.{fields[0]}", *(f"tls.{each}" for each in fields[1:])]
    options = [word for name in names for word in ("-e", name)]
    told = subprocess.run(
        ["tshark", "-r", str(path), "-d", "tcp.port==443,tls", "-T", "fields", *options],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    theirs: dict[str, list[set[str]]] = {}
    for line in told.splitlines():
        stream, *values = [*line.split("\t"), "", "", ""][:4]
        if stream:
            kept = theirs.setdefault(stream, [set(), set(), set()])
            for known, value in zip(kept, values, strict=True):
                known |= {each for each in value.split(",") if each}
    talks = [talk for talk in conversations(read(path).packets) if talk.server.port == 443]
    assert [ours(each) for each in talks] == list(theirs.values())
    assert len(talks) > 3


def ours(talk: Conversation) -> list[set[str]]:
    """Return what tshark's fields are called here: messages, server name, alerts."""
    messages = [*tls.handshakes(talk.sent), *tls.handshakes(talk.received)]
    hello = tls.client_hello(talk.sent)
    alerts = [*tls.alerts(talk.sent), *tls.alerts(talk.received)]
    return [
        {str(each.kind) for each in messages},
        {hello.server_name} if hello and hello.server_name else set(),
        {str(each.number) for each in alerts},
    ]
