"""A trace is kept in bounds: what follows is counted, but for what tells of printed lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.hosts.agent import trace


@pytest.fixture
def traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of traces."""
    folder = tmp_path / "traces"
    monkeypatch.setattr(trace, "TRACES", folder)
    return folder


def written(words: list[str]) -> Path:
    """Return the file that a tracer of these words writes to."""
    return Path(words[words.index("-o") + 1])


def test_a_trace_is_taken_once_its_program_s_end_is_told(traces: Path) -> None:
    kept = trace.Trace(1)
    text = b"7 1.000000001 socket() = 3\n8 1.000000002 +++ exited with 0 +++\n"
    written(kept.words).write_bytes(text + b"7 1.000000003 +++ exited with 0 +++\n")
    told, counted = kept.take(7, deadline=5)
    assert told.startswith(text)
    assert counted == 0
    assert list(traces.iterdir()) == []


def test_a_trace_whose_program_goes_on_is_what_it_is_by_the_deadline(traces: Path) -> None:
    kept = trace.Trace(1)
    written(kept.words).write_bytes(b"7 1.000000001 socket() = 3\n7 1.0")
    assert kept.take(7, deadline=0) == (b"7 1.000000001 socket() = 3\n", 0)
    assert kept.take(7, deadline=0)[1] == 0
    assert list(traces.iterdir()) == []


def test_of_a_flood_only_what_tells_of_printed_lines_is_kept(
    traces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "KEPT", 100)
    kept = trace.Trace(1)
    flood = b"".join(b'7 1.%09d recvfrom(3, "x", 1, 0, NULL, NULL) = 1\n' % n for n in range(500))
    line = b'7 2.000000000 write(1, "hello\\n", 6) = 6 <0.000000001>\n'
    resumed = b"7 2.000000001 <... write resumed>) = 6 <0.000000001>\n"
    end = b"7 3.000000000 +++ killed by SIGKILL +++\n"
    written(kept.words).write_bytes(flood + line + resumed + end)
    told, counted = kept.take(7, deadline=5)
    assert told.endswith(line + resumed + end)
    assert told.count(b"recvfrom") + counted == 500
    assert counted > 490


def test_what_has_been_read_takes_no_room_while_a_program_goes_on(traces: Path) -> None:
    kept = trace.Trace(1)
    file = written(kept.words)
    file.write_bytes(b"7 1.000000001 socket() = 3\n" * 40_000)
    kept._drain()
    with file.open("ab") as more:
        more.write(b"7 3.000000000 +++ exited with 0 +++\n")
    told, counted = kept.take(7, deadline=5)
    assert told.count(b"socket") + counted == 40_000
    assert b"+++ exited with 0" in told


def test_a_host_without_strace_says_so_and_remembers_it(
    traces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert trace.unavailable([]) == "the host has no strace"
    monkeypatch.undo()
    monkeypatch.setattr(trace, "TRACES", traces)
    assert trace.unavailable([]) == "the host has no strace"


def test_what_a_killed_agent_left_is_removed(traces: Path) -> None:
    kept = trace.Trace(1)
    (traces / "999999999-1").touch()
    (traces / "trial").touch()
    trace.sweep()
    assert sorted(path.name for path in traces.iterdir()) == sorted(
        ["trial", written(kept.words).name]
    )
    kept.close()
