"""How far the clocks of captures disagree, found by what cannot be: to arrive before being sent.

No packet takes less than no time. Let B's clock be ahead of A's. Then each packet from A to B seems
to take longer by that, and each from B to A shorter. So the fastest packets one way give an upper
bound, and those the other way a lower one. The middle is what NTP takes (RFC 5905, 8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lab.observation.match import identity
from lab.wire.packet import Packet

FINEST = 1000
"""Nanoseconds that clocks may seem to disagree by, since files count in microseconds."""

Name = tuple[str, str]


@dataclass(frozen=True)
class Clock:
    """A host's capture in a file, and its packets, each with whether the host sent it."""

    file: str
    host: str
    seen: Sequence[tuple[Packet, bool]]

    @property
    def name(self) -> Name:
        """What all captures of one host in one file have in common: the clock."""
        return self.file, self.host

    @cached_property
    def once(self) -> Mapping[bytes, tuple[int, bool]]:
        """The time of each packet that was seen here once only, and whether the host sent it."""
        keys = [identity(packet) for packet, _ in self.seen]
        times = Counter(keys)
        return {
            key: (packet.time_ns, left)
            for key, (packet, left) in zip(keys, self.seen, strict=True)
            if times[key] == 1
        }


@dataclass(frozen=True)
class Offset:
    """How far a host's clock is ahead of others, in nanoseconds; ``told`` is that as a sentence."""

    by_ns: int
    told: str


def offsets(clocks: Sequence[Clock]) -> dict[Name, Offset]:
    """Return by how much clocks are to be set back, of those by which an effect precedes its cause.

    The first clock counts as right, and then each that was compared with it or with one of these.
    """
    right: dict[Name, tuple[Clock, int]] = {}
    found: dict[Name, Offset] = {}
    left = list(clocks)
    while left:
        compared = [
            (clock, known, bounds)
            for clock in left
            for known, _ in right.values()
            if clock.name != known.name and (bounds := _bounds(known, clock)) != (None, None)
        ]
        clock, known, bounds = compared[0] if compared else (left[0], None, (None, None))
        left = [each for each in left if each.name != clock.name]
        base = right[known.name][1] if known else 0
        ahead = base + _ahead(*bounds)
        right[clock.name] = clock, ahead
        if known is not None and _ahead(*bounds):
            found[clock.name] = Offset(ahead, _told(clock, known, ahead - base))
    return found


def _bounds(first: Clock, second: Clock) -> tuple[int | None, int | None]:
    """Return how far the second clock is ahead at least and at most, as far as packets show it."""
    least: int | None = None
    most: int | None = None
    for key, (time_ns, left) in second.once.items():
        other = first.once.get(key)
        if other is None or other[1] == left:
            continue
        ahead = time_ns - other[0]
        if left:
            least = ahead if least is None else max(least, ahead)
        else:
            most = ahead if most is None else min(most, ahead)
    return least, most


def _ahead(least: int | None, most: int | None) -> int:
    """Return how far a clock is ahead; 0 where it may be right."""
    if (least is None or least <= FINEST) and (most is None or most >= -FINEST):
        return 0
    if least is None or most is None:
        return least or most or 0
    return (least + most) // 2


def _told(clock: Clock, known: Clock, ahead: int) -> str:
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"by the clock of {clock.host} ({clock.file}), packets arrive before they were sent: it is "
        f"about {abs(ahead) / 1e6:.1f} ms {way} that of {known.host} ({known.file}), and its times "
        "are corrected by that"
    )
