"""TLS on the wire: records, and the messages of the handshake that are sent in the clear.

RFC 8446 (TLS 1.3) and RFC 5246 (TLS 1.2). Records are decrypted by :mod:`lab.wire.tls.decrypt`
alone, with the secrets that an end has logged.
"""

from lab.wire.tls.handshake import Handshake, certificates, handshakes
from lab.wire.tls.hello import ClientHello, ServerHello, client_hello, server_hello
from lab.wire.tls.record import Alert, Record, alerts, records
from lab.wire.tls.summary import words

__all__ = [
    "Alert",
    "ClientHello",
    "Handshake",
    "Record",
    "ServerHello",
    "alerts",
    "certificates",
    "client_hello",
    "handshakes",
    "records",
    "server_hello",
    "words",
]
