"""Which conversations a question is about."""

from __future__ import annotations

from typing import Literal, Protocol, TypedDict

Transport = Literal["tcp", "udp"]


class Span(Protocol):
    """What lasted from one moment to another: a program's transcript, a conversation."""

    @property
    def started_ns(self) -> int:
        """When it began, in epoch nanoseconds."""

    @property
    def ended_ns(self) -> int:
        """When it ended, in epoch nanoseconds."""


class Where(TypedDict, total=False):
    """Which conversations are meant.

    ``at`` names the host at whose card they were seen, ``client`` and ``server`` the hosts at
    their ends. ``during`` is a transcript or a conversation: they began meanwhile.
    """

    at: str | None
    client: str | None
    server: str | None
    during: Span | None
