"""Telnet: the text of a stream, and the options that are negotiated in it (RFC 854, RFC 855)."""

from __future__ import annotations

import re

# IAC, then a subnegotiation (SB … IAC SE), an option's command with its option, or a command.
_COMMAND = re.compile(
    rb"\xff(?:\xfa(?:[^\xff]|\xff\xff)*\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", re.DOTALL
)
_REQUEST = re.compile(rb"\xff[\xfb\xfd](.)", re.DOTALL)
_REFUSAL = re.compile(rb"\xff[\xfc\xfe](.)", re.DOTALL)


def text(stream: bytes) -> bytes:
    """Return what a stream carries besides Telnet's commands."""
    return _COMMAND.sub(b"", stream)


def requests(stream: bytes) -> list[int]:
    """Return the options that a side asks for (DO) or offers (WILL), in order."""
    return [option[0] for option in _REQUEST.findall(stream)]


def refusals(stream: bytes) -> list[int]:
    """Return the options that a side refuses (DONT, WONT), in order."""
    return [option[0] for option in _REFUSAL.findall(stream)]
