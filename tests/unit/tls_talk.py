"""Connections of Python's own TLS, spoken in memory: what crossed, and the key log."""

from __future__ import annotations

import contextlib
import datetime
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from wire import SERVER, Wire

from lab.wire.address import Address
from lab.wire.conversation import Side
from lab.wire.tls.decrypt import Opened, opened
from lab.wire.tls.key_log import key_log

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass
class Spoken:
    """What both ends of a connection sent, in the order in which it crossed, and their key log."""

    pieces: list[tuple[Side, bytes]]
    log: str

    @property
    def client(self) -> bytes:
        return b"".join(piece for side, piece in self.pieces if side == "client")

    @property
    def server(self) -> bytes:
        return b"".join(piece for side, piece in self.pieces if side == "server")

    def opened(self, side: str) -> list[Opened]:
        """Return the records of one end, decrypted, in order."""
        found = opened(self.client, self.server, self.log)
        return [each for _, each in sorted(found[side].items())]

    def data(self, side: str) -> bytes:
        return b"".join(each.content for each in self.opened(side) if each.is_data)


def certified(folder: Path) -> Path:
    """Return a file with a certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def spoken(
    certificate: Path, version: str, said: list[tuple[Side, bytes]], suites: str = ""
) -> Spoken:
    """Return a connection of Python's own TLS, in which the ends say this and then close."""
    log = certificate.with_name("keys.log")
    log.unlink(missing_ok=True)
    serving, asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    serving.load_cert_chain(certificate)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    asking.keylog_filename = str(log)
    for context in (serving, asking):
        context.minimum_version = context.maximum_version = VERSIONS[version]
        if suites:
            context.set_ciphers(suites)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    out: dict[Side, ssl.MemoryBIO] = {"client": ssl.MemoryBIO(), "server": ssl.MemoryBIO()}
    ends: dict[Side, ssl.SSLObject] = {
        "client": asking.wrap_bio(to_client, out["client"]),
        "server": serving.wrap_bio(to_server, out["server"], server_side=True),
    }
    pieces: list[tuple[Side, bytes]] = []
    into: dict[Side, ssl.MemoryBIO] = {"client": to_server, "server": to_client}

    def carry() -> None:
        for side, other in into.items():
            data = out[side].read()
            pieces.append((side, data))
            other.write(data)

    done: set[Side] = set()
    while len(done) < 2:
        for side, end in ends.items():
            try:
                end.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                pass
            carry()
    for side, data in said:
        ends[side].write(data)
        carry()
    for end in ends.values():
        with contextlib.suppress(ssl.SSLError):  # it would wait for what the other end has left
            end.unwrap()
        carry()
    return Spoken(pieces, key_log(log.read_bytes()))


def crossed(seen: Spoken, step: int = 900) -> Wire:
    """Return a connection on a wire, in segments of at most ``step`` bytes."""
    wire = Wire(server=Address(SERVER.ip, 443))
    wire.opens()
    at: dict[Side, int] = {"client": 1, "server": 1}
    for side, data in seen.pieces:
        peer: Side = "server" if side == "client" else "client"
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            wire.say(side, "PSH ACK", at[side], at[peer], piece)
            at[side] += len(piece)
    return wire
