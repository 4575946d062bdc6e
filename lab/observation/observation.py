"""All that one run showed: what the programs did, what crossed the wire, what the sockets were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from lab.errors import NotObserved
from lab.observation.host import HostObservation
from lab.observation.talk import Talk, talks
from lab.observation.transcript import Transcript
from lab.observation.where import Span, Transport, Where, service_of, until, wanted_with
from lab.observation.words import Spoken
from lab.wire.address import Address, Family, Service
from lab.wire.conversation import Conversation, Message, conversations
from lab.wire.conversation.icmp_error import IcmpError, icmp_error
from lab.wire.packet import Packet
from lab.wire.question import question

if TYPE_CHECKING:
    from lab.observation.calls.call import Call
    from lab.observation.control import Echoes, NeighbourLookups
    from lab.observation.names import NameLookups
    from lab.wire.conversation.http import Http

__all__ = ["HostObservation", "NotObserved", "Observation"]


def _at(_: object, at: str, *_on: str | None, **_during: object) -> str:
    return f"at {at}"


@dataclass(frozen=True)
class Observation(Spoken):
    """One run of one scenario over one IP version.

    ``inconclusive`` holds the reasons why nothing can be said about the programs: a capture lost
    packets, a host died. Where there is a reason, no expectation counts as holding. Times are
    epoch nanoseconds, ``waiting`` is the seconds spent waiting on purpose. ``failed_steps`` tells
    of the scenario's step that did not hold, after which no other was taken. ``versions`` names
    what made the run: engine, kernel, images, lab. ``words`` are the run's own, by their
    placeholders.
    """

    scenario: str
    family: Family
    hosts: tuple[HostObservation, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    started_ns: int = 0
    ended_ns: int = 0
    waiting: float = 0.0
    inconclusive: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    failed_steps: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hosts = tuple(
            host if host.family is self.family else replace(host, family=self.family)
            for host in self.hosts
        )
        object.__setattr__(self, "hosts", hosts)

    def __getattr__(self, name: str) -> HostObservation:
        """Return the host of that name: ``observed.client``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.host(name)

    def host(self, name: str) -> HostObservation:
        """Return what was seen at the host of that name."""
        for host in self.hosts:
            if host.name == name:
                return host
        took_part = ", ".join(host.name for host in self.hosts)
        raise AttributeError(f"no host {name!r} took part in {self.scenario}; {took_part} did")

    @property
    def duration(self) -> float:
        """How long the run took, in seconds, from the taps' start to the captures' end."""
        return (self.ended_ns - self.started_ns) / 1e9

    @property
    def transcripts(self) -> Iterator[Transcript]:
        """Every transcript of the run, host after host."""
        return (transcript for host in self.hosts for transcript in host.transcripts)

    @property
    def failures(self) -> list[str]:
        """What programs did that they should not, and the step that failed, one sentence each."""
        programs = [
            f"{transcript.program} on {transcript.host}: {transcript.failure}"
            for transcript in self.transcripts
            if transcript.failure
        ]
        return [*programs, *self.failed_steps]

    @question("packet", _at)
    def packets(
        self, at: str, on: str | None = None, *, during: Span | None = None
    ) -> tuple[Packet, ...]:
        """Return the packets that crossed this host's network card, in order.

        Where a host is on several networks, ``on`` names one; without it, it is the first.
        ``during`` is a transcript or a conversation; only what crossed meanwhile is returned.
        """
        host = self.host(at)
        if on is None:
            found = host.capture.packets if host.capture else ()
        elif on in host.captures:
            found = host.captures[on].packets
        else:
            known = ", ".join(host.captures) or "no network at all"
            raise NotObserved(f"host {at} was not tapped on {on!r}, but on {known}")
        if during is None:
            return found
        began, ended = during.started_ns, during.ended_ns
        return tuple(packet for packet in found if began <= packet.time_ns <= ended)

    def echoes(self, at: str, *, during: Span | None = None) -> Echoes:
        """Return the echo requests and replies, ICMP or ICMPv6, at a host's card."""
        from lab.observation.control import echoes  # noqa: PLC0415 - every run would wait for it

        return echoes(self.packets(at, during=during))

    @question("ICMP error", _at)
    def icmp_errors(self, at: str, *, during: Span | None = None) -> list[IcmpError]:
        """Return the errors that ICMP or ICMPv6 reports at a host's card, in order."""
        packets = self.packets(at, during=during)
        return [found for packet in packets if (found := icmp_error(packet)) is not None]

    def neighbour_lookups(self, address: str, at: str) -> NeighbourLookups:
        """Return who asked for an address's hardware address at a host's card, and who answered.

        That is ARP in IPv4, neighbour discovery in IPv6.
        """
        from lab.observation.control import neighbour_lookups  # noqa: PLC0415 - likewise

        return neighbour_lookups(address, self.packets(at))

    def name_lookups(self, name: str | None = None, at: str | None = None) -> NameLookups:
        """Return the DNS queries for a name (all if None) and their responses, over UDP and TCP.

        A longer name that begins with ``name`` and a dot counts as well, since a resolver
        completes names. Seen at host ``at``; without it, where each query was sent.
        """
        from lab.observation.names import name_lookups  # noqa: PLC0415 - likewise

        return name_lookups(name, self.conversations(at=at))

    def host_of(self, address: Address | str) -> str | None:
        """Return the name of the host that has an address; None if no host of the lab has it."""
        return self.names.get(address.ip if isinstance(address, Address) else address)

    @cached_property
    def _conversations(self) -> dict[str, tuple[Conversation, ...]]:
        return {host.name: conversations(self.packets(host.name)) for host in self.hosts}

    @question("conversation", wanted_with)
    def conversations(
        self, *services: Service | Transport, **where: Unpack[Where]
    ) -> tuple[Conversation, ...]:
        """Return the conversations with any of these services, ordered by first packet.

        A service may be a whole protocol, ``"tcp"`` or ``"udp"``; none named means all. The
        keywords are those of :class:`~lab.observation.where.Where`. Without ``at`` each
        conversation is taken where its client is, or where it was seen at all.
        """
        at, during = where.get("at"), where.get("during")
        client, server = where.get("client"), where.get("server")
        if at is not None:
            self.host(at)
            found = list(self._conversations[at])
        else:
            found = self._seen_anywhere()
        before = where.get("before")
        return tuple(
            each if before is None else until(each, before.started_ns)
            for each in found
            if not services or not {each.protocol, service_of(each)}.isdisjoint(services)
            if client is None or self.host_of(each.client) == client
            if server is None or self.host_of(each.server) == server
            if during is None or during.started_ns <= each.started_ns <= during.ended_ns
            if before is None or each.started_ns < before.started_ns
        )

    @question()
    def conversation(self, *services: Service | Transport, **where: Unpack[Where]) -> Conversation:
        """Return the one conversation that :meth:`conversations` finds.

        Raises :class:`NotObserved` where there is none, or more than one.
        """
        found = self.conversations(*services, **where)
        if len(found) == 1:
            return found[0]
        wanted = wanted_with(self, *services)
        at = where.get("at")
        place = f" at {at}" if at else ""
        if found:
            ends = ", ".join(f"{c.client} → {c.server}" for c in found)
            raise NotObserved(
                f"{len(found)} conversations {wanted} were seen{place}, not one: {ends}"
            )
        others = ", ".join(sorted({str(service_of(each)) for each in self.conversations(at=at)}))
        raise NotObserved(
            f"no conversation {wanted} was seen{place}; seen: {others or 'none at all'}"
        )

    @question("call", lambda _, *names, of=None: " or ".join(names))
    def calls(self, *names: str, of: Service | Conversation | None = None) -> list[Call]:
        """Return what :meth:`HostObservation.calls` does of all hosts, in the order of time."""
        told = [host for host in self.hosts if host.has_calls]
        found = [call for host in told or self.hosts for call in host.calls(*names, of=of)]
        return sorted(found, key=lambda call: call.began_ns)

    @question("message", wanted_with)
    def messages(self, *services: Service | Transport, **where: Unpack[Where]) -> list[Message]:
        """Return what was said in all these conversations, in the order of time."""
        said = [m for each in self.conversations(*services, **where) for m in each.messages]
        return sorted(said, key=lambda message: message.time_ns)

    def http(self, *services: Service | Transport, **where: Unpack[Where]) -> Http:
        """Return the HTTP messages of all these conversations, in the order of time.

        Its properties raise NotObserved where a conversation carries something else.
        """
        from lab.wire.conversation.http import Http  # noqa: PLC0415 - likewise

        return Http.merged(each.http for each in self.conversations(*services, **where))

    def _seen_anywhere(self) -> list[Conversation]:
        chosen: dict[Talk, Conversation] = {}
        for host in self.hosts:
            own = set(host.addresses.values())
            for talk, conversation in talks(self._conversations[host.name]):
                if talk not in chosen or conversation.client.ip in own:
                    chosen[talk] = conversation
        return sorted(chosen.values(), key=lambda conversation: conversation.started_ns)
