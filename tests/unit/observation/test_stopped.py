"""What the lab causes by stopping a program that hangs is nothing that the program did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from played import Play, connected, traced_hello

from lab.observation.calls.call import Call, Socket
from lab.observation.calls.missing import is_told, remarks_on
from lab.observation.observation import Observation
from lab.observation.stopped import not_its_own
from lab.wire.question import remembering

LONG = 10_000
HUNG = "it had not ended 10 s after the server, so it was stopped"


def hung(*names: str, stopped: str | None = HUNG, served: bool = False) -> Play:
    """Return a client with an open connection, whose kernel closes it at the client's end.

    Of its calls on that connection it made those of these ``names``, then it hung.
    """
    play = connected()
    ends = play.observation().conversation("tcp").ends
    calls = [
        Call(name, (), 0, None, play.time_ns, play.time_ns, 7, 7, Socket(1), conversation=ends)
        for name in ("connect", *names)
    ]
    play.wait(LONG)
    play.tcp("client", "FIN ACK")
    play.wait(0.3)
    play.tcp("server", "FIN ACK")
    play.tcp("client", "ACK")
    play.transcripts["client"] = replace(
        play.transcripts["client"],
        made=tuple(calls),
        traced=True,
        stopped_for=stopped,
        served=served,
    )
    return play


def told(seen: Observation, *questions: str) -> str:
    """Return what is said of an expectation that asks these of the one connection."""
    with remembering() as asked:
        conversation = seen.conversation("tcp")
        for each in questions:
            getattr(conversation, each)
    return not_its_own(seen, asked)


@pytest.mark.parametrize("question", ["closed_first", "closed", "closing", "fins"])
def test_an_end_that_came_of_the_lab_s_stop_is_told(question: str) -> None:
    assert told(hung().observation(), question) == (
        "client.py on client did not end its connection with TCP 15000: it had not ended 10 s after"
        " the server, so it was stopped, and only that ended it"
    )


def test_so_is_a_reset() -> None:
    play = connected()
    ends = play.observation().conversation("tcp").ends
    call = Call("connect", (), 0, None, play.time_ns, None, 7, 7, Socket(1), conversation=ends)
    play.wait(LONG)
    play.tcp("client", "RST ACK")
    last = play.transcripts["client"]
    play.transcripts["client"] = replace(last, made=(call,), traced=True, stopped_for=HUNG)
    assert "only that ended it" in told(play.observation(), "resets")
    assert told(play.observation(), "fins") == ""


def test_what_was_asked_besides_is_judged_as_ever() -> None:
    seen = hung().observation()
    assert told(seen, "handshake", "established", "sent", "resets", "messages") == ""
    assert told(seen) == ""


@pytest.mark.parametrize("name", ["close", "shutdown"])
def test_a_program_that_closed_and_hung_then_has_closed(name: str) -> None:
    assert told(hung(name).observation(), "closed_first", "closed") == ""


def test_a_server_that_serves_for_ever_is_rightly_stopped() -> None:
    assert told(hung(served=True).observation(), "closed_first", "closed") == ""
    assert told(hung(stopped=None, served=True).observation(), "closed_first") == ""
    assert told(hung(stopped=None).observation(), "closed_first") == ""


def test_who_closed_before_the_stop_has_closed_first() -> None:
    play = traced_hello()
    client = play.transcripts["client"]
    ends = [call for call in client.made if call.name != "close"]
    play.transcripts["client"] = replace(client, made=tuple(ends), stopped_for=HUNG)
    assert told(play.observation(), "closed_first") == ""
    assert "client.py on client did not end" in told(play.observation(), "closed")


def test_what_is_not_known_for_sure_is_left_as_it_is() -> None:
    untraced = hung()
    untraced.transcripts["client"] = replace(untraced.transcripts["client"], made=())
    assert told(untraced.observation(), "closed_first") == ""
    remark = "client.py on client made 7 calls more than the 2 kept"
    assert told(hung().observation(remarks=(remark,)), "closed_first") == ""
    long_before = hung()
    long_before.wait(LONG)  # as a child of it may have ended
    assert told(long_before.observation(), "closed_first") == ""


@pytest.mark.parametrize(("left_out", "is_whole"), [(3, True), (0, False), (3, False)])
def test_what_a_tracer_says_of_missing_calls_is_heard(left_out: int, is_whole: bool) -> None:
    remarks = remarks_on("client.py on client", kept=2, left_out=left_out, is_whole=is_whole)
    assert is_told(remarks, "client.py on client")
    assert not is_told(remarks, "server.py on server")
    assert told(hung().observation(remarks=tuple(remarks)), "closed_first") == ""


def test_a_tracer_that_saw_all_calls_says_nothing() -> None:
    assert remarks_on("client.py on client", kept=2, left_out=0, is_whole=True) == []
