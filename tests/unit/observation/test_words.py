"""The words of a run can be asked for, are kept with it, and can be replaced by a lesson's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NoReturn

import pytest
from played import Play

from lab import Tcp, Udp
from lab.errors import NotObserved
from lab.observation import record
from lab.observation.calls.call import Call
from lab.observation.observation import Observation
from lab.observation.retold import retold
from lab.observation.run import Run
from lab.wire import pcap

WORDS = {"word": "zumage", "answer": "duwubi", "number": "271828", "port": "20000"}
LESSON = {"word": "violet", "answer": "marble", "number": "314159", "port": "16180"}


def said(word: str, answer: str, number: str) -> Observation:
    play = Play()
    play.runs("client", "client.py", "server", word, number)
    play.opens()
    play.tcp("client", "PSH ACK", word.encode())
    play.tcp("server", "PSH ACK", f"{answer.upper()} greets {word} {number}".encode())
    play.udp("client", "server", f"{word} by UDP".encode())
    play.types("client", f"say {word}")
    play.says("client", f"{answer.upper()} greets {word.capitalize()}, {number}")
    return play.observation()


def test_a_run_s_words_can_be_asked_for() -> None:
    observed = Play().observation(words=WORDS)
    assert (observed.word, observed.answer) == ("zumage", "duwubi")
    assert (observed.number, observed.port) == (271828, 20000)


def test_a_run_without_words_says_what_is_missing() -> None:
    with pytest.raises(NotObserved, match="no word2 of its own: run the scenario again"):
        _ = Play().observation(words=WORDS).word2


def test_a_record_keeps_the_words() -> None:
    def nothing(name: str) -> NoReturn:
        raise KeyError(name)

    observed = Play(tapped=()).observation(words=WORDS)
    document = json.loads(json.dumps(record.to_json(Run.of(observed))))
    again = record.from_json(document, lambda _: pcap.read(pcap.encode(())), nothing).observation
    assert again is not None
    assert again.words == WORDS
    del document["words"]
    assert record.from_json(document, lambda _: pcap.read(pcap.encode(())), nothing).observation


def test_a_run_is_retold_in_the_words_of_a_lesson() -> None:
    ran = Play().observation(words=WORDS)
    assert retold(ran, LESSON).words == LESSON
    observed = said("zumage", "duwubi", "271828")
    told = retold(Observation(**{**vars(observed), "words": WORDS}), LESSON)
    talk = told.conversation(Tcp(15000))
    assert (talk.sent, talk.received) == (b"violet", b"MARBLE greets violet 314159")
    assert [each.checksums_ok for each in talk.packets] == [True] * len(talk.packets)
    assert told.client.stdout == ["MARBLE greets Violet, 314159"]
    assert told.client["client.py"].arguments == ("server", "violet", "314159")
    [datagram] = told.conversation(Udp(15001)).packets
    assert datagram.payload == b"violet by UDP"
    assert all(each.checksums_ok for each in (*talk.packets, datagram))
    assert [line.text for line in told.client["client.py"].typed] == ["say violet"]
    assert [each.time_ns for each in talk.packets] == [
        each.time_ns for each in observed.conversation(Tcp(15000)).packets
    ]


def test_calls_are_retold_in_the_words_of_a_lesson() -> None:
    observed = said("zumage", "duwubi", "271828")
    made = (
        Call("send", (b"zumage",), 6, None, 1, 2, 7, 7),
        Call("recv", ("MSG_PEEK",), b"DUWUBI greets zumage", None, 1, 2, 7, 7),
        Call("accept", (), None, None, 1, None, 7, 7),
    )
    client = replace(observed.client["client.py"], made=made, traced=True)
    hosts = (replace(observed.client, transcripts=(client,)),)
    told = retold(replace(observed, hosts=hosts, words=WORDS), LESSON).client.calls()
    assert [call.arguments for call in told] == [(b"violet",), ("MSG_PEEK",), ()]
    assert [call.result for call in told] == [6, b"MARBLE greets violet", None]


def test_a_run_that_kept_no_words_is_told_as_it_was() -> None:
    observed = said("zumage", "duwubi", "271828")
    assert retold(observed, LESSON) is observed
