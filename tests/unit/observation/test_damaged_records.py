"""A record that somebody has changed is told of, or told as it stands: nothing breaks off."""

from __future__ import annotations

import contextlib
import copy
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import hello

from lab.errors import LabError, UsageError
from lab.observation import record
from lab.observation.evidence import Pointer
from lab.observation.own_call import OwnCall
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.story.mermaid import mermaid
from lab.story.page.index.card import card
from lab.story.page.ladder.picture import svg
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire import pcap
from lab.wire.address import Address, Tcp
from lab.wire.pcap import Capture

VERDICTS = (
    Verdict("test_it_holds", Outcome.HOLDS, duration=0.25),
    Verdict(
        "test_it_does_not",
        Outcome.FAILS,
        "assert 1 == 2",
        pointers=(Pointer("client", packet=5, due="a FIN"), Pointer("server", program=0, line=0)),
    ),
)

OTHERS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([-1, 0, 1, 1 << 40, 1 << 63, 10**400])
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["client", "::1", "10.77.0.10", "ESTABLISHED", "stdout", "ipv6"])
    | st.lists(st.integers() | st.text(max_size=3), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)

ALIKE: dict[type, st.SearchStrategy[object]] = {
    int: st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-3, 70_000),
    str: st.text(max_size=5)
    | st.sampled_from(["client", "server", "::1", "10.77.0.20", "LISTEN", "stderr", "tcp", "udp"]),
    bool: st.booleans(),
    float: st.floats(-1e18, 1e18),
}
"""Other values of the same type, by that: these are not refused."""


@cache
def whole() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the record of a run that has something of everything, and its captures."""
    observed = hello().observation(waiting=1.5, remarks=("it was fun",))
    client, *others = observed.hosts
    call = OwnCall(observed.started_ns, "tcp", Address("127.0.0.1", 40000), Address("127.0.0.1", 5))
    said = [
        replace(
            each,
            listens_on=(Tcp(5),),
            files={"page.png": b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + b"\xff" * 8},
            typed=each.lines[:1],
            stopped_for="it went on",
        )
        for each in client.transcripts
    ]
    client = replace(client, own_calls=(call,), transcripts=tuple(said))
    observed = replace(observed, hosts=(client, *others), words={"word": "violet"})
    document = json.loads(json.dumps(record.to_json(Run.of(observed, VERDICTS))))
    kept = {host.name: pcap.encode(host.capture.packets) for host in observed.hosts if host.capture}
    return document, kept


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in a document that is read again."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in ("packets", "conversations", "causes"):
                found += places(each, (*path, key))
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(whole()[0])
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(document)))
        at: Any = document
        for key in way:
            at = at[key]
        if type(at[last]) in ALIKE and draw(st.booleans()):
            at[last] = draw(ALIKE[type(at[last])])
        elif draw(st.booleans()):
            at[last] = draw(OTHERS)
        elif draw(st.booleans()):
            del at[last]
        else:
            at[last] = copy.deepcopy(at)
    return document


def capture(name: str) -> Capture:
    if name not in whole()[1]:
        raise UsageError(f"reading {name}", "there is no such file")
    return pcap.read(whole()[1][name])


def tell(document: Any) -> None:
    """Read a document, and tell the run in every form."""
    run = record.from_json(document, capture, lambda _: b"\x89PNG\r\n\x1a\n")
    timeline = Timeline.of(run)
    render_text(timeline, width=80, color=False)
    render_page(timeline)
    svg(timeline)
    mermaid(timeline)
    json.dumps([record.to_json(run), card(timeline)])


def test_the_whole_record_can_be_told() -> None:
    tell(whole()[0])


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_a_damaged_record_is_told_or_refused(document: Any) -> None:
    with contextlib.suppress(LabError):
        tell(document)


@pytest.mark.parametrize(
    ("way", "value", "seen"),
    [
        (("hosts", 0, "transcripts", 0, "exit_status"), "0", "exit_status is '0'"),
        (("hosts", 0, "transcripts", 0, "lines", 0, "text"), 5, "text is '5'"),
        (("hosts", 0, "transcripts", 0, "name"), 7, "name is '7'"),
        (("names",), {"10.77.0.10": 3}, "names is"),
        (("remarks",), "fun", "remarks is"),
        (("verdicts", 1, "pointers", 0, "packet"), "5", "packet is '5'"),
        (("started_ns",), float("inf"), "started_ns is 'inf'"),
        (("ended_ns",), 10**30, "ended_ns is"),
        pytest.param(("verdicts", 1, "duration"), 10**400, "duration is '100", id="no-float"),
        (("verdicts", 1, "duration"), float("nan"), "duration is 'nan'"),
        (("verdicts", 1, "duration"), float("-inf"), "duration is '-inf'"),
    ],
)
def test_a_value_of_a_wrong_type_is_named(way: tuple[Any, ...], value: object, seen: str) -> None:
    document = copy.deepcopy(whole()[0])
    at: Any = document
    for key in way[:-1]:
        at = at[key]
    at[way[-1]] = value
    with pytest.raises(UsageError, match="reading the record of a run") as caught:
        record.from_json(document, capture, lambda _: b"")
    assert seen in str(caught.value)
