"""One capture of what crossed at all hosts between two times, in parts."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import count

from lab.live.captures import AT_ONCE, Captures, Taken
from lab.wire.pcapng.write import Interface, Record, stream


def between(
    captures: Captures, names: Mapping[str, str], first_ns: int, last_ns: int
) -> Iterator[bytes]:
    """Yield a pcapng file with an interface for each host, its packets in order of time.

    ``names`` are the hosts' by address. Where packets are kept no longer, its comment says so.
    """
    own = captures.between(first_ns, last_ns)
    gone = {host: number for host, number in captures.forgotten.items() if number}
    told = [
        f"{number:,} older packets of {host} are kept no longer" for host, number in gone.items()
    ]
    numbers = count()
    records = [
        map(partial(_record, at, numbers), packets) for at, packets in enumerate(own.values())
    ]
    merged = heapq.merge(*records, key=lambda record: record.packet.time_ns)
    taps = [Interface(host) for host in own]
    return _together(stream(taps, merged, names=names, comment="; ".join(told)))


def _record(at: int, numbers: Iterator[int], packet: Taken) -> Record:
    return Record(at, packet, next(numbers), None)


def _together(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield parts joined to larger ones: each costs a turn of the server."""
    held = bytearray()
    for each in parts:
        held += each
        if len(held) > AT_ONCE:
            yield bytes(held)
            held.clear()
    yield bytes(held)
