"""A story tells of a call to the caller's own host, which no capture of a network holds."""

from __future__ import annotations

from dataclasses import replace

from played import Play, timeline_of

from lab.observation.own_call import OwnCall
from lab.observation.run import Run
from lab.story.mermaid import mermaid
from lab.story.page.ladder.picture import svg
from lab.story.terminal.render import render_text
from lab.story.timeline.note import own_calls
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Address

LEGEND = "calls itself: within the host (lo), so nothing of it crosses the wire"


def calling(*, refused: bool, late: bool = False) -> Timeline:
    play = Play()
    play.runs("client", "client.py", "localhost")
    play.wait(5)
    called_ns = play.time_ns
    play.wait(-1 if late else 5)
    play.transcripts["client"] = replace(play.transcripts["client"], ended_ns=play.time_ns)
    seen = play.observation()
    ends = Address("127.0.0.1", 40000), Address("127.0.0.1", 15000)
    call = OwnCall(called_ns, "tcp", *ends, refused=refused)
    hosts = tuple(replace(each, own_calls=(call,) * (each.name == "client")) for each in seen.hosts)
    return Timeline.of(Run.of(replace(seen, hosts=hosts)))


def told(timeline: Timeline) -> str:
    return render_text(timeline, width=80, color=False)


def test_a_call_to_the_own_host_stands_at_its_time_in_the_column_of_the_host() -> None:
    for refused, said in ((True, " refused"), (False, "")):
        lines = told(calling(refused=refused)).splitlines()
        (row,) = [line for line in lines if "127.0.0.1" in line]
        assert row.split(maxsplit=1) == ["5.00", f"calls itself: TCP 127.0.0.1:15000{said}"]
        assert LEGEND in lines


def test_calls_of_one_name_at_several_addresses_are_one_note() -> None:
    timeline = calling(refused=True)
    (call,) = timeline.observation.client.own_calls
    again = replace(call, called=Address("::1", 15000), refused=False, time_ns=call.time_ns + 9)
    client = replace(timeline.observation.client, own_calls=(call, again, again))
    texts = [note.text for note in own_calls(client)]
    assert texts == [
        "calls itself: TCP 127.0.0.1:15000 refused, [::1]:15000",
        "calls itself: TCP [::1]:15000",
    ]


def test_it_is_in_every_form_of_the_story() -> None:
    timeline = calling(refused=True)
    assert "calls itself" in svg(timeline)
    assert "calls itself" in mermaid(timeline)


def test_it_is_no_packet_and_no_conversation() -> None:
    timeline = calling(refused=True)
    assert timeline.arrows == ()
    assert timeline.observation.conversations() == ()


def test_a_call_while_no_program_runs_is_not_the_programs() -> None:
    assert "calls itself" not in told(calling(refused=True, late=True))
    assert "calls itself" not in told(timeline_of(Play().observation()))
