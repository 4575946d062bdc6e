"""FTP: the ports for data that are named on a control connection (RFC 959, RFC 2428)."""

from __future__ import annotations

import re

from lab.wire.conversation import Conversation

# PORT and the answer to PASV name six bytes, EPRT and the answer to EPSV a whole number.
_NAMED = re.compile(
    r"^(?:(?:227 .*?\(|PORT )(?:\d+,){4}(\d+),(\d+)|(?:229 .*?\(|EPRT )\|.*?\|(\d+)\|)",
    re.MULTILINE,
)


def data_ports(control: Conversation) -> list[int]:
    """Return the ports that either side names for data connections, in the order of the wire."""
    return [
        int(whole) if whole else 256 * int(high) + int(low)
        for message in control.messages
        for high, low, whole in _NAMED.findall(message.data.decode("latin-1"))
    ]
