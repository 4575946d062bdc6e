"""The lab's decoder against dpkt's and scapy's, on the same frames."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.row import Goal, Kind, Row, Series, interleaved
from lab.wire import pcap
from lab.wire.packet import decode

FRAMES = 1000
CAPTURE = "tests/captures/tcp_bulk.pcap"


def decoding(root: Path, times: int) -> list[Row]:
    """Measure how long a frame takes, headers decoded and, by us, checksums verified."""
    packets = pcap.read(root / CAPTURE).packets
    frames = [packets[number % len(packets)].data for number in range(FRAMES)]
    rows = []
    for name, module, attribute in (
        ("dpkt", "dpkt.ethernet", "Ethernet"),
        ("scapy", "scapy.layers.l2", "Ether"),
    ):
        goal = Goal(Kind.RATE, 2.0, "at least 2") if name == "dpkt" else None
        title = f"Decoding, packets a second against {name}"
        try:
            other = getattr(importlib.import_module(module), attribute)
        except ImportError:
            rows.append(Row(f"decode-{name}", title, goal=goal, problem=f"{name} is not installed"))
            continue
        mine, theirs = interleaved(
            times,
            lambda: _each(decode, frames),
            lambda other=other: _each(other, frames),  # type: ignore[misc]
        )
        rows.append(
            Row(
                f"decode-{name}",
                title,
                Series("a frame, by the lab, with offsets and checksums", mine),
                Series(f"a frame, by {name}", theirs),
                goal or Goal(Kind.RATE, 0.0, "none"),
            )
        )
    return rows


def _each(decoder: Callable[[bytes], Any], frames: list[bytes]) -> float:
    began = time.perf_counter()
    for frame in frames:
        decoder(frame)
    return (time.perf_counter() - began) / len(frames)
