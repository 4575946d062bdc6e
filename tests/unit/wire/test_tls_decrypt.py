"""What a TLS connection hides is read with the secrets of its key log, and with no others."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import aead
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tls_talk import VERSIONS, certified, crossed, spoken

from lab.wire.conversation import Side
from lab.wire.pcap import encode
from lab.wire.reading import Reading, readings
from lab.wire.tls.decrypt import opened
from lab.wire.tls.key_log import key_log
from lab.wire.tls.keys import Keys, derived, suite_of, updated

OLDER = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
]
SIDES: list[Side] = ["client", "server"]
SAID = st.lists(st.tuples(st.sampled_from(SIDES), st.binary(min_size=1)), max_size=6)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certified(tmp_path_factory.mktemp("tls"))


WAYS = [("1.3", ""), *(("1.2", suite) for suite in OLDER)]


@pytest.mark.parametrize(("version", "suites"), WAYS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(said=SAID)
def test_all_that_both_ends_said_is_read(
    certificate: Path, version: str, suites: str, said: list[tuple[Side, bytes]]
) -> None:
    seen = spoken(certificate, version, said, suites)
    for side in ("client", "server"):
        assert seen.data(side) == b"".join(data for by, data in said if by == side)
        assert not any(each.problem for each in seen.opened(side))


def test_the_rest_of_the_handshake_and_the_goodbye_have_their_names(certificate: Path) -> None:
    newer = spoken(certificate, "1.3", [("client", b"GET / HTTP/1.1\r\n\r\n")])
    words = [each.words for each in newer.opened("server") if not each.is_data]
    assert words[:4] == ["EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"]
    assert words[-1] == "alert: close notify"
    assert [each.words for each in newer.opened("client")][::2] == ["Finished", words[-1]]
    older = spoken(certificate, "1.2", [("server", b"220 ready\r\n")])
    assert [each.words for each in older.opened("server")] == [
        "Finished",
        "",
        "alert: close notify",
    ]


def test_each_record_is_named_by_its_first_byte(certificate: Path) -> None:
    seen = spoken(certificate, "1.3", [("client", b"one"), ("client", b"two")])
    found = opened(seen.client, seen.server, seen.log)["client"]
    for at, each in found.items():
        assert seen.client[at] == 23
        assert int.from_bytes(seen.client[at + 3 : at + 5], "big") == len(each.content) + 1 + 16


@pytest.mark.parametrize("version", VERSIONS)
def test_no_other_connections_secrets_open_it(certificate: Path, version: str) -> None:
    seen = spoken(certificate, version, [("client", b"secret")])
    other = spoken(certificate, version, [("client", b"secret")])
    assert opened(seen.client, seen.server, other.log) == {}
    assert opened(seen.client, seen.server, "") == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_changed_on_the_way_is_said_to_be_so_and_ends_the_reading(
    certificate: Path, version: str
) -> None:
    seen = spoken(certificate, version, [("client", b"first"), ("client", b"second")])
    places = sorted(opened(seen.client, seen.server, seen.log)["client"])
    first = next(at for at in places if seen.client[at] == 23 and at > places[0])
    changed = bytearray(seen.client)
    changed[first + 7] ^= 1
    found = opened(bytes(changed), seen.server, seen.log)["client"]
    last = found[max(found)]
    assert max(found) == first
    assert (last.content, last.problem) == (b"", "the run's keys do not decrypt it")
    assert last.words == last.problem


@given(st.binary(), st.binary(), st.text())
def test_any_bytes_are_read_without_harm(client: bytes, server: bytes, log: str) -> None:
    assert opened(client, server, key_log(log.encode())) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(cut=st.integers(0, 3000), at=st.integers(0, 3000), byte=st.integers(0, 255))
def test_a_connection_that_was_cut_or_changed_anywhere_is_read_without_harm(
    certificate: Path, cut: int, at: int, byte: int
) -> None:
    seen = spoken(certificate, "1.3", [("client", b"hello"), ("server", b"world")])
    server = bytearray(seen.server[:cut])
    if at < len(server):
        server[at] = byte
    opened(seen.client, bytes(server), seen.log)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", [1, 40, 900])
def test_each_record_stands_with_the_packet_in_which_it_begins(
    certificate: Path, version: str, step: int
) -> None:
    seen = spoken(certificate, version, [("client", b"one"), ("server", b"two")])
    talk = crossed(seen, step).conversation()
    read = readings(talk, seen.log)
    found = [each for reading in read.values() for each in reading.opened if each.is_data]
    assert sorted(each.content for each in found) == [b"one", b"two"]
    assert not [each for reading in readings(talk).values() for each in reading.opened]
    begins = {
        side: opened(seen.client, seen.server, seen.log)[side] for side in ("client", "server")
    }
    for event in talk.events:
        own = read.get(event.number, Reading()).opened
        first = event.data_sequence - 1
        there = range(first, first + len(event.payload))
        assert own == tuple(each for at, each in begins[event.sender].items() if at in there)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize(("version", "suites"), WAYS)
def test_tshark_decrypts_the_same(
    certificate: Path, tmp_path: Path, version: str, suites: str
) -> None:
    said: list[tuple[Side, bytes]] = [
        ("client", b"GET /a HTTP/1.1\r\n\r\n"),
        ("server", bytes(range(256)) * 80),
    ]
    seen = spoken(certificate, version, said, suites)
    log, path = tmp_path / "keys.log", tmp_path / "talk.pcap"
    log.write_text(seen.log)
    path.write_bytes(encode(crossed(seen).packets))
    told = subprocess.run(
        [
            *("tshark", "-r", str(path), "-o", f"tls.keylog_file:{log}"),
            *("-q", "-z", "follow,tls,raw,0"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line for line in told.splitlines() if re.fullmatch(r"\t?[0-9a-f]+", line)]
    theirs = [
        bytes.fromhex("".join(line.strip() for line in lines if line.startswith("\t") == tab))
        for tab in (False, True)  # who spoke first has no tab
    ]
    assert sorted(theirs) == sorted([seen.data("client"), seen.data("server")])
    assert b"" not in theirs


def test_keys_are_those_of_the_rfc() -> None:
    """RFC 8448, 3: the server's handshake traffic secret, its key and its IV."""
    secret = "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"
    suite = suite_of(0x1301)
    assert suite is not None
    keys = derived(bytes.fromhex(secret), suite)
    assert keys.key.hex() == "3fce516009c21727d0f2e4e86ee403bc"
    assert keys.salt.hex() == "5d313eb2671276ee13000b30"


@pytest.mark.parametrize("number", [0x1301, 0x1302, 0x1303])
@given(plain=st.binary(max_size=100), secret=st.binary(min_size=32, max_size=48))
def test_records_of_each_suite_are_opened_one_after_the_other(
    number: int, plain: bytes, secret: bytes
) -> None:
    suite = suite_of(number)
    assert suite is not None
    keys = derived(updated(secret, suite), suite)
    cipher = (aead.ChaCha20Poly1305 if number == 0x1303 else aead.AESGCM)(keys.key)
    for sequence in range(3):
        nonce = int.from_bytes(keys.salt, "big") ^ sequence
        sealed = cipher.encrypt(nonce.to_bytes(12, "big"), plain, b"head")
        assert keys.opened(sealed, b"head") == plain
    assert keys.opened(sealed, b"head") is None, "the same record again has another number"
    assert Keys("AES-GCM", bytes(16), bytes(4)).opened(b"short", b"") is None
