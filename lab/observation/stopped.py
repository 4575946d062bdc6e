"""Ends of connections that came only of the lab's stopping a program: nobody earns a mark by them.

A program that hangs is stopped at its deadline, and its kernel then closes or resets whatever it
has open (RFC 9293, 3.10.4), as if it had done so itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.observation.calls import missing
from lab.observation.causes.scene import called, was_stopped
from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.observation.where import service_of, until
from lab.wire.conversation import Conversation
from lab.wire.conversation.event import Event
from lab.wire.question import Asked

OF_AN_END = frozenset({"closed", "closed_first", "closing", "fins", "resets"})
"""What may be asked of a conversation's end."""

_ENDS = frozenset({"close", "shutdown"})

WITHIN_NS = 5_000_000_000
"""How long before the end of a stopped program its kernel may have begun to close: ample."""


def not_its_own(observation: Observation, asked: Iterable[Asked]) -> str:
    """Return in a sentence which answer came only of the lab's stop; empty where none did.

    That is sure only of a program whose calls are known, and none of them ended the connection.
    """
    for each in tuple(asked):  # what is asked here is remembered with it
        if each.name not in OF_AN_END or not isinstance(each.owner, Conversation):
            continue
        found = _stop(observation, each.owner)
        if found is None:
            continue
        program, time_ns = found
        if getattr(until(each.owner, time_ns), each.name) != each.answer:
            return (
                f"{called(program)} did not end its connection with {service_of(each.owner)}: "
                f"{program.stopped_for}, and only that ended it"
            )
    return ""


def _stop(observation: Observation, conversation: Conversation) -> tuple[Transcript, int] | None:
    """Return the stopped program whose end was the first that it had no part in, and when."""
    for event in conversation.events:
        if event.fin or event.rst:
            program = _stopped(observation, conversation, event)
            if program is not None:
                return program, event.time_ns
    return None


def _stopped(
    observation: Observation, conversation: Conversation, event: Event
) -> Transcript | None:
    """Return the program whose being stopped made its kernel send this, where that is sure."""
    address = conversation.client if event.sender == "client" else conversation.server
    name = observation.host_of(address)
    programs = [
        (program, ends)
        for program in observation.transcripts
        if program.host == name
        if (ends := [call for call in program.made if call.conversation == conversation.ends])
    ]
    if len(programs) != 1:
        return None
    program, calls = programs[0]
    is_at_its_end = event.time_ns > program.ended_ns - WITHIN_NS
    is_own = any(call.name in _ENDS for call in calls) or not is_at_its_end
    is_known = not missing.is_told(observation.remarks, called(program))
    return program if was_stopped(program) and is_known and not is_own else None
