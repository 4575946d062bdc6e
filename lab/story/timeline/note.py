"""What stands in a host's column: what programs printed and got, how they ended, socket states."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from lab.observation.host import HostObservation
from lab.observation.own_call import attempts
from lab.observation.transcript import Line, Stream, Transcript
from lab.observation.unkept import short
from lab.story.text import harmless
from lab.story.timeline.dialogue import dialogue

FEW_LINES = 12
"""Of a program that prints, or gets typed, no more than this, no line is left out."""

FAILURE = "✗ "
LATE = "≤ "
"""Stands before a line that may have been printed earlier than at its time."""

OWN_CALL = "calls itself"
"""Begins what is said of a call to the caller's own host."""

_LOOKS: dict[Stream, tuple[str, str]] = {
    "stdout": ("│ ", ""),
    "stderr": ("╎ ", "yellow"),
    "stdin": ("⌨ ", "magenta"),
}
"""What stands before each line of a program's streams, and how it looks."""


@dataclass(frozen=True)
class Note:
    """What stands in a host's column: a state, a line that its program printed, a program's start.

    ``follow`` is what continuation lines begin with; ``kind`` what must be equal to be folded
    together; ``weight`` how much the story would miss it. Of a socket, ``socket`` names it among
    its host's, ``state`` is what it is in from then on, ``until_ns`` when it was gone. Of a
    program, ``transcript`` is the whole of what it did and ``line`` the line printed here.
    """

    time_ns: int
    host: str
    text: str
    kind: str
    follow: str = ""
    style: str = ""
    weight: int = 0
    socket: tuple[object, ...] = ()
    state: str = ""
    until_ns: int | None = None
    line: Line | None = None
    transcript: Transcript | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """The note itself: what stands in a column at this moment, as of an arrow its notes."""
        return (self,)


def program(transcript: Transcript) -> Iterator[Note]:
    """Yield a program's start, what it printed and got, and its end if that was not well."""
    command = shlex.join([transcript.program, *transcript.arguments])
    yield Note(
        transcript.started_ns,
        transcript.host,
        f"$ {harmless(command)}",
        "start",
        follow="  ",
        style="bold",
        weight=2,
    )
    error = transcript.error
    for piece in dialogue(shown_lines(transcript), transcript):
        line = piece.line
        failure = line is not None and line.stream == "stderr" and line.text == error
        lead, style = (FAILURE, "bold red") if failure else _LOOKS[piece.stream]
        if line is not None and line.late and not failure:
            lead = LATE
        every = transcript.typed if piece.stream == "stdin" else transcript.lines
        asks = line is None and piece.stream != "stdin"
        yield Note(
            piece.time_ns,
            transcript.host,
            lead + piece.text,
            piece.stream,
            follow="  " if failure or piece.stream == "stdin" else lead,
            style=style,
            weight=3 if failure else 2 if asks or len(every) <= FEW_LINES else 0,
            line=line,
            transcript=transcript,
        )
    for name, content in transcript.files.items():
        yield Note(
            transcript.ended_ns,
            transcript.host,
            f"left {harmless(name)}, {_size(len(content))}",
            "file",
            follow="  ",
            weight=2,
        )
    ended = ending(transcript)
    if ended and transcript.ended_ns:
        yield Note(
            transcript.ended_ns,
            transcript.host,
            FAILURE + ended,
            "end",
            follow="  ",
            style="bold red",
            weight=3,
            transcript=transcript,
        )


def own_calls(host: HostObservation) -> Iterator[Note]:
    """Yield the calls of a host's programs to the host itself, all addresses of a name in one."""
    programs = host.transcripts
    for calls in attempts(host.own_calls):
        if not any(each.started_ns <= calls[0].time_ns <= each.ended_ns for each in programs):
            continue
        ends = (f"{call.called}{' refused' * call.refused}" for call in calls)
        yield Note(
            calls[0].time_ns,
            host.name,
            f"{OWN_CALL}: {calls[0].protocol.upper()} {', '.join(ends)}",
            "own call",
            follow="  ",
            style="yellow",
            weight=1,
        )


def shown_lines(transcript: Transcript) -> Iterator[Line]:
    """Yield what a program printed; of a Python traceback only its last line."""
    error, within = transcript.error, False
    for line in transcript.lines:
        if line.stream == "stdout":
            yield line
            continue
        within = within or (error is not None and line.text.startswith("Traceback "))
        if not within or line.text == error:
            yield line


def _size(length: int) -> str:
    return f"{length} B" if length < 1000 else f"{length / 1000:.1f} kB"


def ending(transcript: Transcript) -> str:
    """Return how a program ended if that was not well, as words; else nothing."""
    if transcript.served:
        return ""
    if transcript.stopped_for:
        return "stopped by the lab"
    cause = transcript.ended_by if transcript.exit_status else ""
    if not cause:
        return short(transcript.unkept) if transcript.unkept else ""
    return cause if cause.startswith("exit") else f"ended by {cause}"
