"""Attacks on what reads: packets, captures, records and words that nobody would send in good faith.

They need no host. Chance is seeded, so that what breaks once breaks again.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from attack_target import Target
from attacking import Attack, Broke, NotTried
from lab_clone import ROOT
from packet_frames import captured_frames, look_at_everything
from places import CAPTURES

from lab.errors import LabError
from lab.wire import pcap
from lab.wire.packet import decode

KIND = "bytes"
SEED = 2026
SLOW = 1.0
"""Seconds that no packet may take."""

AT_ONCE = 5_000
"""Packets that one process of the pool mutates before it tells."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return bytes changed, cut off, doubled or followed by others, in a few places."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        way = chance.randrange(5)
        if way == 0:
            del changed[at:]
        elif way == 1:
            changed[at:at] = chance.randbytes(chance.randint(1, 40))
        elif way == 2:
            changed += changed[at : at + 60]
        elif at < len(changed):
            changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(changed)


def decoded(seed: int) -> tuple[float, str]:
    """Decode mutated packets; return the slowest one's seconds, and what broke the decoder."""
    chance = random.Random(seed)
    frames = captured_frames()
    slowest = 0.0
    for number in range(AT_ONCE):
        data = mutated(chance.choice(frames), chance)
        began = time.perf_counter()
        try:
            packet = decode(data)
            if number % 10:
                repr(packet.headers)
            else:
                look_at_everything(packet)
        except Exception as error:
            return slowest, f"{type(error).__name__}: {error} by {data.hex()}"
        slowest = max(slowest, time.perf_counter() - began)
    return slowest, ""


def packets(count: int) -> Callable[[Target], str]:
    """Return the attack by so many mutated packets."""

    def carry(target: Target) -> str:
        del target
        seeds = range(SEED, SEED + max(1, count // AT_ONCE))
        pool = ProcessPoolExecutor(2)
        try:
            found = list(pool.map(decoded, seeds))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for _, broke in found:
            if broke:
                raise Broke(broke)
        slowest = max(seconds for seconds, _ in found)
        if slowest > SLOW:
            raise Broke(f"one packet took {slowest:.1f} s")
        return f"{len(seeds) * AT_ONCE} packets, slowest {slowest * 1000:.1f} ms, 0 exceptions"

    return carry


def captures(count: int) -> Callable[[Target], str]:
    """Return the attack by so many damaged captures."""

    def carry(target: Target) -> str:
        chance = random.Random(SEED)
        files = [path.read_bytes() for path in sorted(CAPTURES.glob("*.pcap"))]
        files = [data for data in files if len(data) < 20_000]
        path = target.folder / "damaged.pcap"
        refused = 0
        for _ in range(count):
            data = mutated(chance.choice(files), chance)
            if chance.random() < 0.5:  # The header of a capture and of its packets, in particular.
                data = mutated(data[:60], chance) + data[60:]
            path.write_bytes(data)
            try:
                pcap.read(path)
            except LabError:
                refused += 1
            except Exception as error:
                raise Broke(f"{type(error).__name__}: {error} by {data[:100].hex()}") from error
        return f"{count} captures, {refused} refused, 0 exceptions"

    return carry


def tests(*names: str) -> Callable[[Target], str]:
    """Return the attack that tests of this clone make with hypothesis."""

    def carry(target: Target) -> str:
        if missing := [name for name in names if not (ROOT / "tests" / name).exists()]:
            raise NotTried(f"there is no tests/{missing[0]}")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        with tempfile.TemporaryFile() as kept:
            process = subprocess.Popen(
                [*command, *(str(Path("tests") / name) for name in names)],
                cwd=target.clone.root,
                stdin=subprocess.DEVNULL,
                stdout=kept,
                stderr=subprocess.STDOUT,
            )
            try:
                status = process.wait()
            finally:
                process.kill()
                process.wait()
            kept.seek(0)
            told = kept.read().decode(errors="replace").strip()
        if status:
            raise Broke(told[-300:])
        return told.splitlines()[-1]

    return carry


RECORDS = tests("unit/observation/test_damaged_records.py", "unit/observation/test_record.py")
PAGES = tests("unit/story/test_page_any_run.py", "unit/story/test_any_run.py")
REFUSED = "each is read, or refused in the lab's words"

BYTES: tuple[Attack[Target], ...] = (
    Attack("packets", KIND, "no exception", packets(10_000), 240, quick=True),
    Attack("a-million-packets", KIND, "no exception", packets(1_000_000), 400),
    Attack("damaged-captures", KIND, REFUSED, captures(500), 240, quick=True),
    Attack("many-damaged-captures", KIND, REFUSED, captures(10_000), 200),
    Attack("damaged-records", KIND, REFUSED, RECORDS, 120, quick=True),
    Attack("pages-of-any-run", KIND, "no word becomes markup", PAGES, 400),
)
