"""Key logs: the secrets of TLS connections, as programs write them for Wireshark.

The form is that of SSLKEYLOGFILE (draft-ietf-tls-keylogfile): a label, the client's random, a
secret.
"""

from __future__ import annotations

import re

MOST_LINES = 2000
"""Lines that are kept; a connection has one (TLS 1.2) or five."""

_LINE = re.compile(rb"([A-Z][A-Z0-9_]{3,40} [0-9a-fA-F]{64} [0-9a-fA-F]{64,128})\r?\n")


def key_log(data: bytes) -> str:
    """Return the lines of a key log that are such; whoever wrote it may have written anything."""
    found = []
    for line in data.splitlines(keepends=True):
        match = _LINE.fullmatch(line)
        if match:
            found.append(match[1].decode() + "\n")
        if len(found) == MOST_LINES:
            break
    return "".join(found)


def secrets_of(log: str, random: bytes) -> dict[str, bytes]:
    """Return the secrets of the connection with this client's random, by label."""
    wanted, found = random.hex(), {}
    for line in log.splitlines():
        label, of, secret = line.split()
        if of.lower() == wanted:
            found[label] = bytes.fromhex(secret)
    return found
