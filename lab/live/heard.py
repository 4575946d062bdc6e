"""From when and up to when each host's stream has told of all frames.

A packet is lost only where a stream proves it: the receiver's tap listened when the packet was
sent, and has told of everything up to some time after that. On a busy machine a stream begins late,
or is seconds behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.live.frames import Told

LOST_AFTER_NS = 400_000_000
"""How long a packet may be on its way to a tap before it counts as lost."""

MOST_BEHIND_NS = 10_000_000_000
"""How far behind the others a stream may be before it is not waited for."""


@dataclass(frozen=True)
class Span:
    """A stream told of all frames from one time up to another (epoch nanoseconds of its host)."""

    began_ns: int
    upto_ns: int


@dataclass
class Heard:
    """The span of each host that has a stream."""

    spans: dict[str, Span] = field(default_factory=dict)

    def take(self, host: str, told: Told) -> None:
        """Take in what a stream told of itself."""
        if told.began_ns:
            self.spans[host] = Span(told.began_ns, told.began_ns)
        if told.upto_ns and (span := self.spans.get(host)) is not None:
            self.spans[host] = Span(span.began_ns, max(span.upto_ns, told.upto_ns))

    def forget(self, host: str) -> None:
        """Note that a host's stream has ended."""
        self.spans.pop(host, None)

    def now(self) -> Heard:
        """Return a copy, which stays as it is."""
        return Heard(dict(self.spans))

    def proves(self, host: str, time_ns: int) -> bool:
        """Tell whether what was sent to a host at this time has been told of, if it came there."""
        span = self.spans.get(host)
        return span is not None and span.began_ns <= time_ns <= span.upto_ns - LOST_AFTER_NS

    def proven_by_other(self, host: str, time_ns: int) -> bool:
        """Tell the same of what was sent to all, for any other host than its sender."""
        return any(self.proves(each, time_ns) for each in self.spans if each != host)

    def upto(self, otherwise_ns: int) -> int:
        """Return up to when all streams have told; ``otherwise_ns`` where there is none."""
        told = [span.upto_ns for span in self.spans.values()]
        return max(min(told), max(told) - MOST_BEHIND_NS) if told else otherwise_ns
