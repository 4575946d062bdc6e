"""The moments of a run, in order: packets with what they changed, lines printed, sockets opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lab.observation.observation import Observation
from lab.observation.talk import Talk, talks
from lab.story.timeline.calls import called
from lab.story.timeline.label import Label
from lab.story.timeline.listeners import opened_sockets
from lab.story.timeline.note import Note, own_calls, program
from lab.story.timeline.transit import Transit
from lab.wire.address import Address, Ends
from lab.wire.sockets.table import state_changes
from lab.wire.sockets.tcp_state import StateChange, merge, states

MARKED = 9
"""The weight of what a failed expectation points at: it is never left out."""

SEEN = 10
"""The weight of what a lesson says to look at: it is not left out either."""


@dataclass(frozen=True)
class Arrow:
    """A packet that crossed the wire, and the states that its ends went into by it.

    It is ``silent`` where all it does is to acknowledge data.
    """

    transit: Transit
    label: Label
    notes: tuple[Note, ...] = ()
    silent: bool = False

    @property
    def time_ns(self) -> int:
        """When the packet was first seen."""
        return self.transit.time_ns

    @property
    def weight(self) -> int:
        """How much the story would miss it."""
        return max([self.label.weight, *(each.weight for each in self.notes)])


Moment = Arrow | Note


def moments(
    observation: Observation,
    drawn: Sequence[tuple[Transit, Label]],
    numbers: Mapping[Talk, int],
    *,
    with_calls: bool = False,
) -> list[Moment]:
    """Return what the story tells, in the order in which it happened.

    The programs' calls are told ``with_calls``.
    """
    shown = {talk for each, _ in drawn for talk in (each.talk, each.translated)}
    changes = _state_changes(observation, shown, numbers, _lent(drawn))
    story: list[Moment] = []
    opened: set[Talk | None] = set()
    for transit, label in drawn:
        ends = (transit.sender, transit.sent_ns), (transit.receiver, transit.arrived_ns)
        notes = tuple(
            change
            for host, time_ns in ends
            for talk in dict.fromkeys((transit.talk, transit.translated))
            for change in changes.pop((host, time_ns or 0, talk), ())
        )
        opens = _completes_opening(transit) and transit.talk not in opened
        if opens:
            opened.add(transit.talk)
        silent = label.kind == "ack" and not (label.notes or notes or opens)
        story.append(Arrow(transit, label, notes, silent))
    for rest in changes.values():
        story.extend(rest)
    arrived = _arrivals(drawn) if with_calls else {}
    for host in observation.hosts:
        story.extend(opened_sockets(host, drawn))
        story.extend(own_calls(host))
        for transcript in host.transcripts:
            story.extend(program(transcript))
            if with_calls:
                story.extend(called(transcript, arrived.get(host.name)))
    return sorted(story, key=lambda moment: moment.time_ns)


def _arrivals(
    drawn: Sequence[tuple[Transit, Label]],
) -> dict[str, dict[Ends, list[int]]]:
    """Return when packets are told that reached each host, by the ends of their conversations."""
    found: dict[str, dict[Ends, list[int]]] = {}
    for transit, _ in sorted(drawn, key=lambda each: each[0].time_ns):
        source, destination = transit.packet.source, transit.packet.destination
        if transit.lost or transit.talk is None or source is None or destination is None:
            continue
        protocol: Literal["tcp", "udp"] = "tcp" if transit.packet.tcp is not None else "udp"
        for host in (transit.receiver, *transit.reached):
            for ends in ((source, destination), (destination, source)):
                at = found.setdefault(host, {}).setdefault(Ends(protocol, *ends), [])
                at.append(transit.time_ns)
    return found


def _completes_opening(transit: Transit) -> bool:
    """Tell whether this may be the third segment of a handshake (RFC 9293, 3.5)."""
    event = transit.event
    if event is None or event.sender != "client" or not event.pure_ack:
        return False
    return event.sequence == event.acknowledgment == 1


def _lent(drawn: Sequence[tuple[Transit, Label]]) -> set[tuple[str, Address]]:
    """Return the ends that routers lent to others: no socket of the router is behind one."""
    joints = (joint for transit, _ in drawn for joint in transit.joints)
    return {(joint.host, joint.lent) for joint in joints if joint.lent is not None}


def _state_changes(
    observation: Observation,
    shown: set[Talk | None],
    numbers: Mapping[Talk, int],
    lent: set[tuple[str, Address]],
) -> dict[tuple[str, int, Talk | None], list[Note]]:
    """Return the states of each shown connection's ends, by host, time and conversation."""
    found: dict[tuple[str, int, Talk | None], list[Note]] = {}
    for host in observation.hosts:
        own = set(host.addresses.values())
        sampled = state_changes(host.samples)
        for talk, conversation in talks(observation.conversations(at=host.name)):
            if talk not in shown or conversation.protocol != "tcp":
                continue
            ends = (conversation.client, conversation.server)
            for local, remote in (ends, ends[::-1]):
                named = observation.names.get(str(local), host.name)
                if local.ip not in own or (host.name, local) in lent or named != host.name:
                    continue
                followed = states(
                    conversation, "client" if local == conversation.client else "server"
                )
                for change in merge(followed, sampled.get(("tcp", local, remote), ())):
                    note = _state(host.name, change, talk, numbers.get(talk))
                    found.setdefault((host.name, change.time_ns, talk), []).append(note)
    return found


def _state(host: str, change: StateChange, talk: Talk, number: int | None) -> Note:
    name = "CLOSED" if change.state == "CLOSE" else change.state
    text = f"{name} #{number}" if number else name
    return Note(
        change.time_ns,
        host,
        text if change.seen else f"({text})",
        "state",
        style="green" if change.seen else "dim green",
        weight=2,
        socket=talk,
        state=name,
    )
