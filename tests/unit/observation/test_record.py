"""A run that is kept in a folder comes back as it was, or says what is wrong with the folder."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import Play, hello

from lab.errors import CaptureUnreadable, NoSpace, UsageError
from lab.observation import record, store
from lab.observation.evidence import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.run import Run
from lab.observation.transcript import Line, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.wire import pcap
from lab.wire.address import Address, Family
from lab.wire.packet import decode
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, SocketEntry

VERDICTS = (
    Verdict("test_it_holds", Outcome.HOLDS, duration=0.25),
    Verdict("test_it_does_not", Outcome.FAILS, "assert 1 == 2"),
    Verdict("test_nobody_knows", Outcome.INCONCLUSIVE, "the host died"),
)

# What programs print is decoded with surrogates for bytes that are no UTF-8.
TEXTS = st.text(st.characters(), max_size=30)
TIMES = st.integers(0, 2**62)
COUNTS = st.integers(0, 2**31)
ADDRESSES = st.builds(
    Address, st.sampled_from(["10.77.0.10", "fd00:10:77::20", "0.0.0.0"]), st.integers(0, 65535)
)
TRANSCRIPTS = st.builds(
    Transcript,
    host=st.sampled_from(["client", "server"]),
    program=TEXTS,
    arguments=st.lists(TEXTS, max_size=3).map(tuple),
    lines=st.lists(
        st.builds(
            Line,
            TIMES,
            st.sampled_from(["stdout", "stderr"]),
            TEXTS,
            st.booleans(),
            halts=st.lists(st.tuples(TIMES, COUNTS), max_size=2).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    typed=st.lists(st.builds(Line, TIMES, st.just("stdin"), TEXTS), max_size=2).map(tuple),
    input_ended_ns=st.none() | TIMES,
    exit_status=st.none() | st.integers(-64, 255),
    started_ns=TIMES,
    ended_ns=TIMES,
    stopped_for=st.none() | TEXTS,
    served=st.booleans(),
    unkept=st.none() | TEXTS,
    fails=st.booleans() | st.integers(1, 255) | TEXTS,
)
ENTRIES = st.builds(
    SocketEntry,
    protocol=st.sampled_from(["tcp", "udp"]),
    local=ADDRESSES,
    remote=st.none() | ADDRESSES,
    state=st.sampled_from(["LISTEN", "ESTABLISHED", "CLOSE"]),
    receive_queue=COUNTS,
    send_queue=COUNTS,
    uid=st.none() | COUNTS,
    inode=st.none() | COUNTS,
    v6only=st.none() | st.booleans(),
)


def nothing_kept(name: str) -> NoReturn:
    raise KeyError(name)


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    frames = draw(st.lists(st.tuples(st.binary(max_size=80), st.integers(0, 2**60)), max_size=5))
    packets = tuple(
        decode(data, time_ns=time_ns, number=number)
        for number, (data, time_ns) in enumerate(frames, start=1)
    )
    dropped, host, interface = draw(
        st.tuples(st.none() | COUNTS, st.none() | TEXTS, st.none() | TEXTS)
    )
    return Capture(packets, dropped, host, interface)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    names = draw(st.lists(st.sampled_from(["client", "server", "dns"]), unique=True))
    hosts = tuple(
        HostObservation(
            name,
            {Family.IPV4: "10.77.0.10"},
            tuple(draw(st.lists(TRANSCRIPTS, max_size=2))),
            draw(st.none() | captures()),
            tuple(
                Sample(draw(TIMES), tuple(entries), tuple(entries[1:]))
                for entries in draw(st.lists(st.lists(ENTRIES, max_size=3), max_size=2))
            ),
        )
        for name in names
    )
    return Observation(
        draw(TEXTS),
        draw(st.sampled_from(Family)),
        hosts,
        {"10.77.0.10": "client"},
        draw(TIMES),
        draw(TIMES),
        draw(st.floats(0, 1e6)),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        tuple(draw(st.lists(TEXTS, max_size=2))),
    )


@settings(max_examples=80)
@given(
    observation=observations(),
    verdicts=st.lists(
        st.builds(
            Verdict,
            TEXTS,
            st.sampled_from(Outcome),
            TEXTS,
            st.floats(0, 1e6),
            st.lists(st.builds(Pointer, TEXTS), max_size=2).map(tuple),
        )
    ),
)
def test_a_run_comes_back_from_its_record_as_it_was(
    observation: Observation, verdicts: list[Verdict]
) -> None:
    document = json.loads(json.dumps(record.to_json(Run.of(observation, tuple(verdicts)))))
    kept = {
        host.name: pcap.read(pcap.encode(host.capture.packets))
        for host in observation.hosts
        if host.capture is not None
    }
    again = record.from_json(document, kept.pop, nothing_kept)
    assert kept == {}
    assert (again.observation, again.verdicts) == (observation, tuple(verdicts))


def test_a_run_comes_back_from_its_folder_as_it_was(tmp_path: Path) -> None:
    observation = hello().observation(waiting=1.5, remarks=("it was fun",))
    store.save(tmp_path / "new" / "folder", Run.of(observation, VERDICTS))
    again = store.load(tmp_path / "new" / "folder")
    assert (again.observation, again.verdicts) == (observation, VERDICTS)


def test_the_folder_holds_captures_that_other_tools_read(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation(), VERDICTS))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["client.pcap", "observation.json", "server.pcap"]
    assert len(pcap.read(tmp_path / "client.pcap").packets) == 12


def test_the_record_says_in_words_what_crossed_the_wire(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation(), VERDICTS))
    document = json.loads((tmp_path / "observation.json").read_text())
    (conversation,) = (c for c in document["conversations"] if c["protocol"] == "tcp")
    assert conversation["handshake"] == ["SYN", "SYN ACK", "ACK"]
    assert [event["label"] for event in conversation["events"]][:3] == ["SYN", "SYN ACK", "ACK"]
    said = [packet["summary"] for packet in document["hosts"][0]["capture"]["packets"]]
    assert '10.77.0.10:40000 → 10.77.0.20:15000 "Hello World" 11 B' in said
    assert document["outcome"] == "does not hold"


def test_nothing_of_an_earlier_run_is_left(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation(), VERDICTS))
    store.save(tmp_path, Run.of(Play(tapped=("client",)).observation()))
    assert not (tmp_path / "server.pcap").exists()
    run = store.load(tmp_path)
    assert run.observation is not None
    assert [host.name for host in run.observation.hosts] == ["client"]
    assert run.verdicts == ()


def test_a_record_from_before_typed_input_was_kept_is_read(tmp_path: Path) -> None:
    observation = hello().observation()
    store.save(tmp_path, Run.of(observation))
    path = tmp_path / "observation.json"
    document = json.loads(path.read_text())
    for host in document["hosts"]:
        for transcript in host["transcripts"]:
            del transcript["typed"]
            for line in transcript["lines"]:
                del line["halts"]
    path.write_text(json.dumps(document))
    assert store.load(tmp_path).observation == observation


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        store.load(tmp_path / "gone")
    with pytest.raises(UsageError, match="there is no such file"):
        store.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "the file is empty"),
        ("{", "it is not JSON"),
        ("\xff", "it is not JSON"),
        ("[]", "its schema is None"),
        ('{"schema": 99}', "its schema is 99, and this version of the lab reads 5"),
        ('{"schema": 5}', "it is not complete"),
        ('{"schema": 5, "hosts": 3}', "it is not complete"),
        ("[" * 100_000, "it is not JSON"),
    ],
)
def test_a_broken_record_says_how_it_is_broken(tmp_path: Path, text: str, seen: str) -> None:
    (tmp_path / "observation.json").write_text(text, encoding="latin-1")
    with pytest.raises(UsageError) as caught:
        store.load(tmp_path)
    assert seen in str(caught.value)
    assert "run the scenario again" in str(caught.value)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["hosts", "verdicts", "names", "family", "schema"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_no_json_value_is_mistaken_for_a_record(value: object) -> None:
    for document in (value, {"schema": 5, **value} if isinstance(value, dict) else value):
        with pytest.raises(UsageError):
            record.from_json(document, nothing_kept, nothing_kept)


def test_a_missing_or_empty_capture_is_named(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation(), VERDICTS))
    (tmp_path / "server.pcap").write_bytes(b"")
    with pytest.raises(CaptureUnreadable, match=r"server\.pcap: it is empty"):
        store.load(tmp_path)
    (tmp_path / "server.pcap").unlink()
    with pytest.raises(CaptureUnreadable, match=r"server\.pcap: No such file"):
        store.load(tmp_path)


def test_a_record_cannot_make_the_lab_read_outside_its_folder(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation(), VERDICTS))
    path = tmp_path / "observation.json"
    path.write_text(path.read_text().replace('"client"', '"../client"'))
    with pytest.raises(UsageError, match="is no name of a capture"):
        store.load(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="writing the results to"):
        store.save(tmp_path / "file" / "below", Run.of(hello().observation()))


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(NoSpace, match="the disk is full"):
        store.save(tmp_path, Run.of(hello().observation()))
