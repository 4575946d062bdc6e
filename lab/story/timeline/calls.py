"""The system calls of programs as notes: what each was given, what it returned, where it waited."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from lab.observation.calls.call import Call, Value, written
from lab.observation.transcript import Transcript
from lab.story.text import harmless
from lab.story.timeline.note import Note
from lab.wire.address import Address, Ends

WAIT_NS, SLOW_NS = 500_000, 20_000_000
"""A call that takes this long has waited for something: the first where it is one of those that
wait for others, the second where it is not, since a busy machine makes any call slow."""

SHORT_NS, LATE_NS = 50_000, 100_000
"""A call that takes less than the first waited for no packet, whatever came meanwhile. The end of a
call is measured too early (lab.observation.calls.call), by the second at most."""

WAITING = {
    *("accept", "connect", "recv", "recvfrom", "recvmsg", "read", "readv"),
    *("poll", "select", "epoll_wait", "sleep"),
}

MOST_PLACES = 3
"""Lines that are named one by one, where any of them can have made a call."""

NAME_SERVICE = 53
"""The port of DNS; the look-ups of a program's C library are left out, as their packets are."""

_LEFT_OUT = {"getsockname", "getpeername", "getsockopt"}
_SENDS = {"send", "sendto", "sendmsg", "write"}
_FROM = {"recvfrom", "recvmsg"}
_LEAD = "ƒ "
_NOWHERE = Ends("tcp", Address("", 0), Address("", 0))
"""The conversation of a call that belongs to none."""


def shown(transcript: Transcript) -> Iterator[Call]:
    """Yield the calls of a program that a story tells of: those on sockets, and those that wait."""
    sockets = [call.socket for call in transcript.made if call.socket is not None]
    asking = {each.number for each in sockets if each.remote and each.remote.port == NAME_SERVICE}
    for call in transcript.made:
        if call.stream in ("stdout", "stderr") or call.name in _LEFT_OUT:
            continue
        if call.socket is None:
            if call.stream or waits(call):
                yield call
        elif call.socket.number not in asking:
            yield call


def waits(call: Call) -> bool:
    """Tell whether a call waited long enough for a reader to notice."""
    if call.error == "EINPROGRESS":
        return False  # connect(2) of a socket that does not wait: only the processor was late
    least = WAIT_NS if call.name in WAITING else SLOW_NS
    return call.ended_ns is None or call.ended_ns - call.began_ns >= least


def called(
    transcript: Transcript, arrived: Mapping[Ends, Sequence[int]] | None = None
) -> Iterator[Note]:
    """Yield the notes of a program's calls.

    ``arrived`` is when a packet of each conversation reached its host, in order. What returned
    because one came is told behind it, however short it waited.
    """
    for call in shown(transcript):
        by = f" · {where}" if (where := place(call)) else ""
        ended_ns = _returned_ns(call, (arrived or {}).get(call.conversation or _NOWHERE, ()))
        if ended_ns is None and not waits(call):
            yield _note(transcript, call.began_ns, f"{made(call)} → {returned(call)}{by}")
            continue
        yield _note(transcript, call.began_ns, f"{made(call)} waits{by}")
        if call.ended_ns is not None:
            told = f"{call.name} → {returned(call)}, waited {duration(call)}"
            yield _note(transcript, ended_ns or call.ended_ns, told)


def _returned_ns(call: Call, arrived: Sequence[int]) -> int | None:
    """Return when a call returned that waited for a packet of its own; None for any other."""
    ended_ns = call.ended_ns
    if ended_ns is None or ended_ns - call.began_ns < SHORT_NS or call.name not in WAITING:
        return None
    if call.error == "EINPROGRESS":
        return None
    first = bisect_right(arrived, call.began_ns)
    if first == len(arrived) or arrived[first] > ended_ns + LATE_NS:
        return None
    return max(ended_ns, arrived[first])


def made(call: Call) -> str:
    """Return a call as a reader sees it: its name, and what it was given."""
    return harmless(f"{call.name}({', '.join(map(_shown, _given(call)))})")


def returned(call: Call) -> str:
    """Return what a call returned, or its error."""
    if call.error is not None:
        return call.error
    if call.result is None:
        return "has not returned"
    if call.name in _SENDS:
        return f"{call.length} B"
    sender = [f"from {_shown(each)}" for each in call.arguments if call.name in _FROM]
    return harmless(" ".join(filter(None, [_shown(call.result), *sender, call.flags])))


def place(call: Call) -> str:
    """Return which lines of the source can have made a call: ``line 12``, ``line 12 or 20``.

    Of a module that the program imports, the file's name precedes it.
    """
    lines = [str(each) for each in call.lines]
    file = f"{harmless(call.file)} " if call.file else ""
    if len(lines) > MOST_PLACES:
        return f"{file}one of {len(lines)} lines"
    told = " or ".join(filter(None, [", ".join(lines[:-1]), *lines[-1:]]))
    return f"{file}line {told}" if told else ""


def duration(call: Call) -> str:
    """Return how long a call took, as a reader sees it."""
    return f"{call.waited:.2f} s" if call.waited >= 0.1 else f"{call.waited * 1e3:.1f} ms"


def _given(call: Call) -> tuple[Value, ...]:
    """Return the arguments that tell a reader something."""
    if call.name == "socket":
        return call.arguments[:2]
    if call.name in ("poll", "select", "epoll_wait", "sleep", *_FROM):
        return ()  # of a receive, an address is the sender's: nobody knows it before
    if call.name == "setsockopt":
        return call.arguments[1:3]
    return call.arguments


def _shown(value: Value) -> str:
    return written(value).replace("|SOCK_CLOEXEC", "").replace("|SOCK_NONBLOCK", "")


def _note(transcript: Transcript, time_ns: int, text: str) -> Note:
    host = transcript.host
    return Note(time_ns, host, _LEAD + text, "call", follow="  ", style="cyan", weight=1)
