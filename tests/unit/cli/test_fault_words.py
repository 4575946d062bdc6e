"""What `lab fault` is told to meet is read, or refused in words, before any host is asked."""

from __future__ import annotations

import pytest

from lab import Tcp, Udp
from lab.cli import fault
from lab.errors import UsageError


@pytest.mark.parametrize(
    ("text", "of"), [("tcp:80", Tcp(80)), ("udp:53", Udp(53)), ("icmp", "icmp"), (None, None)]
)
def test_packets_are_named_by_protocol_and_port(text: str | None, of: object) -> None:
    assert fault._of(text) == of


@pytest.mark.parametrize("text", ["tcp:99999", "tcp:-1", "tcp:²", "udp:", "sctp:80", ""])
def test_what_names_no_packets_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="it names no packets"):
        fault._of(text)
