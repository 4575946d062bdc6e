"""TLS as the wire shows it: records, and the handshake's messages as far as they are in the clear.

RFC 8446 (TLS 1.3) and RFC 5246 (TLS 1.2); only what both have in common with their readers is here,
nothing is decrypted.
"""

from lab.tls.handshake import Handshake, certificates, handshakes
from lab.tls.hello import ClientHello, ServerHello, client_hello, server_hello
from lab.tls.record import Alert, Record, alerts, records
from lab.tls.words import words

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
