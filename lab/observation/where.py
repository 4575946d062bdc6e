"""Which conversations a question is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol, TypedDict, Unpack

from lab.wire.address import Service
from lab.wire.conversation import Conversation

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
    their ends. ``during`` is a transcript or a conversation: they began meanwhile. ``before`` is
    one too: of each, only what had crossed when that began.
    """

    at: str | None
    client: str | None
    server: str | None
    during: Span | None
    before: Span | None


def wanted_with(_: object, *services: Service | Transport, **where: Unpack[Where]) -> str:
    """Say which conversations are asked for."""
    said = [("from", where.get("client")), ("to", where.get("server")), ("at", where.get("at"))]
    places = "".join(f" {word} {host}" for word, host in said if host)
    return f"with {' or '.join(map(str, services)) or 'anybody'}{places}"


def service_of(conversation: Conversation) -> Service:
    """Return the service that a conversation is with."""
    return Service(conversation.server.port or 0, conversation.protocol)


def until(conversation: Conversation, time_ns: int) -> Conversation:
    """Return a conversation as it was at a moment, in epoch nanoseconds."""
    return replace(
        conversation,
        packets=tuple(each for each in conversation.packets if each.time_ns < time_ns),
        events=tuple(each for each in conversation.events if each.time_ns < time_ns),
        datagrams=tuple(each for each in conversation.datagrams if each.time_ns < time_ns),
        errors=tuple(each for each in conversation.errors if each.time_ns < time_ns),
    )
