"""A story tells calls only where they are asked for: what each was given, returned, waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from played import START_NS, hello, timeline_of, traced_hello, transfer

from lab.observation.calls.call import Call, Socket
from lab.observation.run import Run
from lab.observation.transcript import Line, Transcript
from lab.story.page.call_rows import MOST_ROWS, call_rows
from lab.story.page.ladder.drawing import FoldShape
from lab.story.page.ladder.layout import lay_out
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.page.sent_by import Senders
from lab.story.terminal.render import render_text
from lab.story.timeline.calls import called, duration, returned
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Address, Ends

SERVER = Address("10.77.0.20", 15000)
TCP = Socket(2, "tcp", None, SERVER)
TALK = Ends("tcp", Address("10.77.0.10", 40000), SERVER)
MS = 1_000_000


def call(name: str, *arguments: int | bytes | str | Address, **about: Any) -> Call:
    """Return a call on a TCP socket, which returned at once."""
    usual: dict[str, Any] = {
        "result": 0,
        "error": None,
        "began_ns": 0,
        "ended_ns": 1_000,
        "socket": TCP,
    }
    return Call(name, arguments, pid=7, thread=7, **{**usual, **about})


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


def test_the_sender_of_a_datagram_is_told_where_the_call_returns_and_not_before() -> None:
    heard = call("recvfrom", SERVER, result=b"hi", length=2)
    assert texts(heard) == ["ƒ recvfrom() → 'hi' from 10.77.0.20:15000"]
    late = replace(heard, ended_ns=1_200 * MS)
    told = ["ƒ recvfrom() waits", "ƒ recvfrom → 'hi' from 10.77.0.20:15000, waited 1.20 s"]
    assert texts(late) == told


def test_a_connect_that_goes_on_without_the_program_waits_for_nothing_on_a_busy_machine() -> None:
    begun = call("connect", SERVER, result=-1, error="EINPROGRESS", ended_ns=30 * MS)
    assert texts(begun) == ["ƒ connect(10.77.0.20:15000) → EINPROGRESS"]


def told(made: Call, *arrived: int) -> list[tuple[int, str]]:
    """Return the notes of a call whose conversation had a packet come at each of these times."""
    made = replace(made, conversation=TALK)
    transcript = Transcript("client", "client.py", made=(made,))
    return [(note.time_ns, note.text) for note in called(transcript, {TALK: arrived})]


def test_what_returned_because_a_packet_came_is_told_behind_it_however_short_it_waited() -> None:
    end = call("recv", result=b"", began_ns=1 * MS, ended_ns=1 * MS + 400_000)
    waited = "ƒ recv → '', waited 0.4 ms"
    behind = [(1 * MS, "ƒ recv() waits"), (1 * MS + 400_000, waited)]
    assert told(end, 0, 1 * MS + 390_000) == behind
    # Its end is measured a moment too early.
    assert told(end, 1 * MS + 410_000) == [behind[0], (1 * MS + 410_000, waited)]
    at_once = [(1 * MS, "ƒ recv() → ''")]
    assert told(end, 0) == told(end, 2 * MS) == told(end) == at_once


def test_what_returned_at_once_did_not_wait_for_a_packet_that_came_meanwhile() -> None:
    short = call("recv", result=b"a", ended_ns=20_000)
    assert told(short, 10_000) == [(0, "ƒ recv() → 'a'")]
    sent = call("send", b"a", result=1, length=1, ended_ns=400_000)
    assert told(sent, 10_000) == [(0, "ƒ send('a') → 1 B")]
    begun = call("connect", SERVER, result=-1, error="EINPROGRESS", ended_ns=400_000)
    assert told(begun, 10_000) == [(0, "ƒ connect(10.77.0.20:15000) → EINPROGRESS")]


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
    assert '<span class="n">≤ ' in render_page(Timeline.of(run))
    story = render_text(Timeline.of(run), width=80, color=False)
    assert "≤ hello" in story
    assert "≤: printed then or earlier; the program could not be traced" in story


def traced() -> Timeline:
    """Return the first lesson's run with what a tracer saw of its client."""
    return Timeline.of(Run.of(traced_hello().observation()))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "ƒ recv() → 0"),
        ((12,), "ƒ recv() → 0 · line 12"),
        ((9, 12), "ƒ recv() → 0 · line 9 or 12"),
        ((9, 12, 20), "ƒ recv() → 0 · line 9, 12 or 20"),
        ((9, 12, 20, 21), "ƒ recv() → 0 · one of 4 lines"),
    ],
)
def test_a_call_says_which_lines_can_have_made_it(lines: tuple[int, ...], said: str) -> None:
    assert texts(call("recv", lines=lines)) == [said]


def test_a_packet_that_left_while_a_call_was_made_was_sent_by_it() -> None:
    timeline = traced()
    senders = Senders(timeline.observation)
    said = [senders.of(arrow.transit) for arrow in timeline.arrows]
    assert [each for each in said if each] == [
        "; sent by connect(10.77.0.20:15000) of client.py",
        "; sent by send('Hello World') of client.py",
        "; sent by close() of client.py",
    ]


def test_a_packet_that_left_at_another_time_or_says_something_else_has_no_call() -> None:
    timeline = traced()
    sent = [each.transit for each in timeline.arrows if each.transit.packet.payload]
    (client,) = timeline.observation.client.transcripts
    changes: tuple[dict[str, Any], ...] = (
        {"arguments": (b"Hello Mars!",)},
        {"ended_ns": sent[0].time_ns - 1},
    )
    for change in changes:
        other = tuple(replace(each, **change) for each in client.made)
        host = replace(timeline.observation.client, transcripts=(replace(client, made=other),))
        senders = Senders(replace(timeline.observation, hosts=(host,)))
        assert senders.of(sent[0]) == ""


def test_a_bar_stands_beside_the_life_line_from_a_wait_s_beginning_to_its_end() -> None:
    drawing = lay_out(traced(), 760)
    bars = [band for band in drawing.bands if band.state == "WAITS"]
    assert [bar.said.partition(" ms")[0][:14] for bar in bars] == [
        "waits in conne",
        "waits in recv ",
    ]
    assert all(bar.stop > bar.start for bar in bars)
    client = drawing.lifelines[0]
    assert {(bar.x, bar.lane) for bar in bars} == {(client.x, -client.outward)}
    waits, receives = bars
    assert waits.stop <= receives.start


def test_an_opened_fold_has_the_bars_of_what_waited_meanwhile() -> None:
    play = transfer(120)
    times = [each.time_ns for each in play.observation().packets("client")]
    waits = {"accept": (1, 60), "recv": (50, 60), "poll": (60, 124), "select": (0, 125)}
    made = tuple(
        call(name, began_ns=times[first] + 1, ended_ns=times[last] - 1)
        for name, (first, last) in waits.items()
    )
    play.transcripts["client"] = replace(play.transcripts["client"], made=made, traced=True)
    drawing = lay_out(timeline_of(play.observation()), 760)
    (fold,) = (each.tick for each in drawing.shapes if isinstance(each, FoldShape))
    ((piece,),) = drawing.folds
    bars = {bar.said.split()[2]: bar for bar in drawing.bands if bar.state == "WAITS"}
    assert bars.keys() == {"accept", "poll", "select"}
    assert bars["accept"].start < bars["accept"].stop == fold == bars["poll"].start
    assert bars["select"].start < fold < bars["select"].stop
    within = {bar.said.split()[2]: bar for bar in piece.bands if bar.state == "WAITS"}
    last = len(piece.steps) - 1
    assert within.keys() == waits.keys()
    assert within["accept"].start == 0 < within["recv"].start
    assert within["accept"].stop == within["recv"].stop <= within["poll"].start < last
    assert (within["select"].start, within["select"].stop) == (0, last)


def test_the_page_lists_calls_below_their_program_and_says_what_a_bar_is() -> None:
    page = render_page(traced())
    assert '</code> <span class="origin">line 4</span>' in page
    assert "4 calls: what client.py asked of the kernel" in page
    assert "<code>connect(10.77.0.20:15000)</code>" in page
    assert "A thin bar beside a life line" in page
    assert "; sent by send(&#39;Hello World&#39;) of client.py" in page
    assert "thin bar" not in render_page(Timeline.of(Run.of(hello().observation())))


def test_of_very_many_calls_the_page_lists_the_first_and_the_last() -> None:
    many = tuple(call("send", b"x", result=1, length=1, began_ns=n) for n in range(MOST_ROWS + 9))
    rows = call_rows(Transcript("client", "client.py", made=many), traced(), Lesson())
    assert (len(rows["head"]) + len(rows["tail"]), rows["left_out"]) == (MOST_ROWS, 9)


def test_a_call_of_a_module_leads_to_the_module_in_the_page() -> None:
    own, other = call("send", lines=(4,)), call("send", lines=(2,), file="framing.py")
    made = Transcript("client", "client.py", made=(own, other))
    known = Lesson(programs={"client.py": "", "framing.py": ""})
    rows = call_rows(made, traced(), known)["head"]
    assert [row["place"] for row in rows] == ["line 4", "framing.py line 2"]
    assert [row["line"] for row in rows] == ["file-client-py-4", "file-framing-py-2"]
    rows = call_rows(made, traced(), replace(known, programs={"client.py": ""}))["head"]
    assert [row["line"] for row in rows] == ["file-client-py-4", ""]


def test_what_programs_sent_is_text_in_the_page() -> None:
    timeline = traced()
    evil = call("send", b"<script>alert(1)</script>", result=25, length=25)
    (client,) = timeline.observation.client.transcripts
    host = replace(timeline.observation.client, transcripts=(replace(client, made=(evil,)),))
    page = render_page(Timeline.of(Run.of(replace(timeline.observation, hosts=(host,)))))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1" in page
