"""The records in which a host's reading process hands on what programs print."""

from __future__ import annotations

import subprocess
import sys

from lab.hosts.agent.reader import RECORD, split


def record(stream: int, time_ns: int, data: bytes) -> bytes:
    return RECORD.pack(stream, time_ns, len(data)) + data


def test_the_records_are_the_same_however_the_pipe_cuts_them() -> None:
    sent = record(1, 5, b"one\n") + record(2, 6, b"oops") + record(2, 7, b"") + record(1, 8, b"")
    for size in range(1, len(sent) + 1):
        waiting = bytearray()
        found: list[tuple[int, int, bytes]] = []
        for at in range(0, len(sent), size):
            waiting += sent[at : at + size]
            found += split(waiting)
        assert found == [(1, 5, b"one\n"), (2, 6, b"oops"), (2, 7, b""), (1, 8, b"")]
        assert not waiting


PLAY = """
import os, subprocess
from lab.hosts.agent.reader import Reader, split
reader = Reader()
for number in range(3):
    program = subprocess.Popen(
        ["sh", "-c", f"echo out {number}; echo err {number} >&2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    pipe = reader.read(program.stdout.fileno(), program.stderr.fileno())
    program.stdout.close(); program.stderr.close()
    heard = bytearray()
    while piece := os.read(pipe, 100):
        heard += piece
    os.close(pipe)
    program.wait()
    records = sorted((stream, data) for stream, _, data in split(heard) if data)
    assert records == [(1, b"out %d\\n" % number), (2, b"err %d\\n" % number)], records
reader._control.close()
assert os.waitpid(reader.pid, 0)[1] == 0
"""


def test_the_reading_process_hands_on_both_streams_and_ends_with_the_agent() -> None:
    # In a process of its own: the one that runs the tests has threads, and must not fork.
    done = subprocess.run(
        [sys.executable, "-c", PLAY], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
