"""What a stream in a host tells, cut anywhere."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hosts.agent import stream
from lab.live import frames
from lab.live.frames import Frame, Records, Told


def record(kind: bytes, body: bytes) -> bytes:
    return stream.HEAD.pack(kind, len(body)) + body


WHOLE = b"".join(
    [
        record(b"F", stream.FRAME.pack(0, 1, 1_000, 3) + b"abc"),
        record(b"S", json.dumps([[5, "tcp"], [6, "udp"]]).encode()),
        record(b"F", stream.FRAME.pack(1, 0, 2_000, 9) + b"de"),
        record(b"L", b"7"),
        record(b"B", stream.TIME.pack(500)),
        record(b"U", stream.TIME.pack(3_000)),
        record(b"G", json.dumps(["link down on lan at router"]).encode()),
    ]
)


def test_both_sides_have_the_same_records() -> None:
    for name in ("HEAD", "FRAME", "TIME"):
        assert getattr(stream, name).format == getattr(frames, name).format


@given(st.lists(st.integers(0, len(WHOLE)), max_size=6))
def test_a_stream_that_is_cut_anywhere_tells_the_same(cuts: list[int]) -> None:
    records, told = Records("router", ["lan", "middle"]), Told()
    marks = [0, *sorted(cuts), len(WHOLE)]
    for start, stop in pairwise(marks):
        more = records.take(WHOLE[start:stop])
        told.frames += more.frames
        told.rows += more.rows
        told.lost += more.lost
        told.began_ns = more.began_ns or told.began_ns
        told.upto_ns = more.upto_ns or told.upto_ns
        told.guards = told.guards if more.guards is None else more.guards
    assert told.frames == [
        Frame("router", "lan", True, 1_000, 3, b"abc"),
        Frame("router", "middle", False, 2_000, 9, b"de"),
    ]
    assert told.rows == [[5, "tcp"], [6, "udp"]]
    assert told.lost == 7
    assert (told.began_ns, told.upto_ns) == (500, 3_000)
    assert told.guards == ["link down on lan at router"]


@pytest.mark.parametrize(
    "strange", [record(b"X", b""), b"F\xff\xff\xff\xff", record(b"U", b"soon"), record(b"F", b"")]
)
def test_what_no_stream_of_ours_says_is_refused(strange: bytes) -> None:
    with pytest.raises(ValueError, match="a record of"):
        Records("client", ["lan"]).take(strange)
