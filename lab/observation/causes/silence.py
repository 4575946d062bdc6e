"""Causes in what did not happen: no call, no answer, no end."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Listener, Scene, called, was_stopped
from lab.observation.observation import HostObservation
from lab.observation.transcript import Transcript
from lab.wire.address import Service
from lab.wire.conversation import Conversation

STOPPING_NS = 600_000_000
"""The most that passes between the lab's signal to a program and the program's end."""

WAITED_IN_VAIN = ("timed out", "TimeoutError")
HUNG_UP = ("Connection reset by peer", "Broken pipe")


def silence(scene: Scene) -> Iterator[Cause]:
    """Yield who waited in vain, and for whom."""
    for talk in scene.observation.conversations():
        yield from _unanswered(scene, talk)
        yield from _reset(scene, talk)
    stuck = [
        (host, program)
        for host in scene.observation.hosts
        for program in host.transcripts
        if was_stopped(program)
    ]
    silent = [cause for each in stuck for cause in _never_called(scene, *each)]
    yield from silent or [cause for _, each in stuck for cause in _serves_on(scene, each)]


def _unanswered(scene: Scene, talk: Conversation) -> Iterator[Cause]:
    """Yield what a program waited for in a conversation, until it was stopped or gave up."""
    client, server = _ends(scene, talk)
    if client is None or server is None or not _waited(client) or talk.refused:
        return
    until = client.ended_ns - STOPPING_NS
    if talk.started_ns > until or any(
        event.time_ns > until and event.length for event in talk.events
    ):
        return
    if any((event.fin or event.rst) and event.time_ns <= until for event in talk.events):
        return
    if talk.protocol == "tcp" and not talk.established:
        return
    who, other, last = called(client), called(server), talk.events[-1].packet
    spoke = [event for event in talk.events if event.length]
    sent = sum(event.length for event in spoke if event.sender == "client")
    if not spoke:
        said = f"{who} and {other} were connected, and neither sent a byte: each waited."
        yield Cause(said, client.host, until, inferred=True, packet=last)
    elif spoke[-1].sender == "client":
        unread = _unread(scene, talk, server.host, until)
        heard = f"the {sent} bytes that {who} had sent"
        if unread >= sent:
            said = f"{other} never read {heard}."
        else:
            said = f"{who} waited for an answer: {other} sent none to {heard}."
            if any(event.sender == "server" for event in spoke):
                said = f"{who} waited for an answer, and {other} sent no more."
        yield Cause(said, server.host, until, packet=spoke[-1].packet)


def _reset(scene: Scene, talk: Conversation) -> Iterator[Cause]:
    """Yield who closed too early, where a program then met a connection that was gone."""
    if not talk.established or not talk.resets:
        return
    reset = talk.resets[0]
    programs = dict(zip(("client", "server"), _ends(scene, talk), strict=True))
    closer = programs[reset.sender]
    other = programs["server" if reset.sender == "client" else "client"]
    if closer is None or other is None or not any(each in (other.error or "") for each in HUNG_UP):
        return
    before = [event for event in talk.events if event.number < reset.number]
    closed = [event for event in before if event.fin and event.sender == reset.sender]
    late = [event for event in before if event.length and event.sender != reset.sender]
    if closed and late and late[-1].number > closed[0].number:
        said = f"{called(closer)} had closed the connection when {called(other)} still sent."
        yield Cause(said, closer.host, reset.time_ns, packet=reset.packet)
    elif late and not closed:
        said = f"{called(closer)} closed the connection without reading all that it was sent."
        yield Cause(said, closer.host, reset.time_ns, inferred=True, packet=reset.packet)


def _never_called(scene: Scene, host: HostObservation, program: Transcript) -> Iterator[Cause]:
    """Yield that a program whose peers listened sent nothing at all."""
    if program.listens_on or host.own_calls or host.capture is None or program.error:
        return
    others = [each for each in scene.listeners if each.host != host.name and each.program]
    own = set(host.addresses.values())
    sent = any(
        packet.source is not None and packet.source.ip in own and (packet.tcp or packet.udp)
        for packet in scene.observation.packets(host.name, during=program)
    )
    if others and not sent:
        said = f"{called(program)} called nobody: it sent no packet. {others[0]} waited for a call."
        yield Cause(said, program.host, program.started_ns)


def _serves_on(scene: Scene, program: Transcript) -> Iterator[Cause]:
    """Yield that a server still listened when nobody was there any more."""
    others = [each.ended_ns for each in scene.observation.transcripts if each is not program]
    until = max(others, default=program.ended_ns)
    kept = [each for each in scene.listeners if each.program is program and each.is_open(until)]
    if not kept or until >= program.ended_ns:
        return
    services = [each.service for each in kept]
    talks = scene.observation.conversations(*services, server=program.host)
    said = f"{called(program)} still listened on {kept[0].service} after all others had ended"
    if not talks:
        yield Cause(f"{said}, and nobody had called.", program.host, until)
    elif all(talk.closed or talk.protocol == "udp" for talk in talks):
        yield Cause(f"{said}: it waited for the next call.", program.host, until, inferred=True)


def _ends(scene: Scene, talk: Conversation) -> tuple[Transcript | None, Transcript | None]:
    """Return the programs at both ends of a conversation, as far as each is certain."""
    service = Service(talk.server.port or 0, talk.protocol)
    client = scene.observation.host_of(talk.client) or ""
    server = scene.observation.host_of(talk.server) or ""
    found: list[Listener] = [
        each for each in scene.listeners if (each.host, each.service) == (server, service)
    ]
    known = found[0].program if found else None
    return scene.running(client, talk.started_ns), known or scene.running(server, talk.started_ns)


def _waited(program: Transcript) -> bool:
    """Return whether a program was stopped while it ran, or gave up waiting."""
    gave_up = any(each in (program.error or "") for each in WAITED_IN_VAIN)
    return was_stopped(program) or (gave_up and program.failure is not None)


def _unread(scene: Scene, talk: Conversation, host: str, until: int) -> int:
    """Return the bytes that lay unread in the server's socket, by the last sample before then."""
    queue = 0
    for sample in scene.observation.host(host).samples:
        if sample.time_ns <= until:
            for entry in sample.entries:
                if (entry.local, entry.remote) == (talk.server, talk.client):
                    queue = entry.receive_queue
    return queue
