"""A story tells calls only where they are asked for: what each was given, returned, waited for."""

from __future__ import annotations

from dataclasses import replace

from played import START_NS, hello

from lab.observation.calls.call import Call, Socket
from lab.observation.run import Run
from lab.observation.transcript import Line, Transcript
from lab.story.terminal.render import render_text
from lab.story.timeline.calls import called, duration, returned
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Address

SERVER = Address("10.77.0.20", 15000)
TCP = Socket(2, "tcp", None, SERVER)
MS = 1_000_000


def call(name: str, *arguments: int | bytes | str | Address, **about: object) -> Call:
    """Return a call on a TCP socket, which returned at once."""
    usual = {"result": 0, "error": None, "began_ns": 0, "ended_ns": 1_000, "socket": TCP}
    return Call(name, arguments, pid=7, thread=7, **{**usual, **about})  # type: ignore[arg-type]


def texts(*made: Call) -> list[str]:
    """Return what stands in the program's column."""
    return [note.text for note in called(Transcript("client", "client.py", made=made))]


def test_a_call_that_returns_at_once_is_one_note() -> None:
    sent = call("send", b"hello", result=5, length=5)
    assert texts(sent) == ["ƒ send('hello') → 5 B"]
    refused = call("connect", SERVER, result=-1, error="ECONNREFUSED")
    assert texts(refused) == ["ƒ connect(10.77.0.20:15000) → ECONNREFUSED"]
    cut = call("recvmsg", result=b"hel", flags="MSG_TRUNC")
    assert texts(cut) == ["ƒ recvmsg() → 'hel' MSG_TRUNC"]


def test_a_call_that_waits_is_told_where_it_begins_and_where_it_returns() -> None:
    waits = call("recv", result=b"", ended_ns=1_200 * MS)
    assert texts(waits) == ["ƒ recv() waits", "ƒ recv → '', waited 1.20 s"]
    notes = list(called(Transcript("client", "client.py", made=(waits,))))
    assert [note.time_ns for note in notes] == [0, 1_200 * MS]


def test_a_call_that_never_returns_waits() -> None:
    assert texts(call("accept", result=None, ended_ns=None)) == ["ƒ accept() waits"]
    assert returned(call("accept", result=None, ended_ns=None)) == "has not returned"


def test_what_the_c_library_asks_the_dns_and_what_prints_is_left_out() -> None:
    asking = Socket(1, "udp", None, Address("10.77.0.53", 53))
    opened = call("socket", "AF_INET", "SOCK_DGRAM", socket=Socket(1, "udp"))
    printed = call("write", b"hello\n", socket=None, stream="stdout")
    assert texts(opened, call("send", b"?", socket=asking), printed, call("getsockname")) == []


def test_a_wait_on_several_sockets_is_told_and_a_short_look_is_not() -> None:
    look = call("poll", "[{fd=3}]", socket=None)
    assert texts(look) == []
    assert texts(replace(look, ended_ns=30 * MS))[-1] == "ƒ poll → 0, waited 30.0 ms"
    assert duration(replace(look, ended_ns=100 * MS)) == "0.10 s"


def test_a_story_has_calls_where_they_are_asked_for_and_counts_a_flood() -> None:
    observation = hello().observation()
    (first, *rest) = observation.hosts
    begin = START_NS
    many = [call("send", b"x", result=1, length=1, began_ns=begin + n) for n in range(300)]
    seen = Transcript(first.name, "client.py", made=tuple(many), started_ns=begin)
    run = Run.of(replace(observation, hosts=(replace(first, transcripts=(seen,)), *rest)))
    quiet = render_text(Timeline.of(run), width=80, color=False)
    told = render_text(Timeline.of(run, with_calls=True), width=80, color=False)
    assert "ƒ" not in quiet
    assert "ƒ send('x') → 1 B" in told
    assert f"calls on {first.name}" in told


def test_a_line_that_may_be_late_is_marked_and_explained() -> None:
    observation = hello().observation()
    (first, *rest) = observation.hosts
    line = Line(START_NS, "stdout", "hello", late=True)
    seen = Transcript(first.name, "client.py", lines=(line,), untraced="no ptrace")
    run = Run.of(replace(observation, hosts=(replace(first, transcripts=(seen,)), *rest)))
    story = render_text(Timeline.of(run), width=80, color=False)
    assert "≤ hello" in story
    assert "≤: printed then or earlier; the program could not be traced" in story
