"""What can go wrong on a network, as values: each says which packets it is about, and what is done.

A scenario sets one with ``with lab.fault(Loss(nth=3, of=Tcp(15000)), on="middle"):``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Literal, get_args

from lab.errors import ScenarioInvalid
from lab.scenario import keywords
from lab.wire.address import Service

DESCRIBING = "describing a fault"
"""What is attempted where one is refused."""

Having = Literal["SYN", "ACK", "FIN", "RST", "data"]
Of = Service | Literal["icmp", "tcp", "udp"]


@dataclass(frozen=True, kw_only=True)
class Impairment:
    """Something that is done to packets on their way.

    ``of`` says which ones (a service on either side, or a protocol), ``having`` a TCP control bit,
    or data. Of those that match: the ``nth``, counted from 1 in the order in which they come by;
    or a random ``share`` of them, the same ones for the same ``seed`` (without one, they may be
    others each time); or, without both, all.
    """

    of: Of | None = None
    having: Having | None = None
    nth: int | tuple[int, ...] = ()
    share: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it cannot be meant so."""
        _check_of(self.of, None)
        keywords.one_of(DESCRIBING, "having", self.having, (None, *get_args(Having)))
        if self.nth and self.share is not None:
            raise ScenarioInvalid(DESCRIBING, "it has both nth and share", "one of them")
        share = self.share
        if share is not None and not (isinstance(share, int | float) and 0 < share <= 1):
            raise keywords.refused(DESCRIBING, "share", share, "0 < share <= 1")
        numbers = self._numbers if isinstance(self.nth, int | Iterable) else (None,)
        if not all(isinstance(number, int) and number >= 1 for number in numbers):
            raise keywords.refused(DESCRIBING, "nth", self.nth, "count from 1: nth=3, nth=(3, 4)")

    @property
    def _numbers(self) -> tuple[int, ...]:
        return (self.nth,) if isinstance(self.nth, int) else tuple(self.nth)

    @property
    def kind(self) -> str:
        """What it is called where it is done."""
        return type(self).__name__.lower()

    @property
    def description(self) -> dict[str, Any]:
        """What the host that does it is told."""
        told = {**vars(self), "kind": self.kind, "nth": list(self._numbers)}
        of = told.pop("of")
        if isinstance(of, Service):
            return told | {"protocol": of.protocol, "port": of.port}
        return told | {"protocol": of}

    def __str__(self) -> str:
        return f"{self._done} {self._which}"

    @property
    def _done(self) -> str:
        return self.kind

    @property
    def _which(self) -> str:
        of = str(self.of).upper() if isinstance(self.of, str) else str(self.of or "")
        what = " ".join(filter(None, [of, self.having or "", "packets"]))
        if self._numbers:
            return f"of the {_listed(map(_ordinal, self._numbers))} of the {what}"
        if self.share is not None:
            seed = f" (seed {self.seed})" if self.seed is not None else ""
            return f"of {self.share:.0%} of the {what}{seed}"
        return f"of all {what}"


class Loss(Impairment):
    """Packets are lost: sent, and never seen behind the router that lost them."""


class Duplicate(Impairment):
    """Packets come twice."""


class Corrupt(Impairment):
    """One bit of a packet is turned over behind its IP header; no checksum is mended."""


@dataclass(frozen=True, kw_only=True)
class Reorder(Impairment):
    """Packets are held back for ``seconds``, so that those behind overtake them."""

    seconds: float = 0.02

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it cannot be meant so."""
        super().__post_init__()
        keywords.seconds(DESCRIBING, "seconds", self.seconds)


@dataclass(frozen=True, kw_only=True)
class Delay(Impairment):
    """Packets take ``seconds`` longer, ``jitter`` seconds more or less; they keep their order."""

    seconds: float
    jitter: float = 0.0

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it cannot be meant so."""
        super().__post_init__()
        keywords.seconds(DESCRIBING, "seconds", self.seconds, or_none=True)
        keywords.seconds(DESCRIBING, "jitter", self.jitter, or_none=True)

    @property
    def _done(self) -> str:
        more = f" ± {self.jitter * 1000:g} ms" if self.jitter else ""
        return f"delay by {self.seconds * 1000:g} ms{more}"


@dataclass(frozen=True, kw_only=True)
class Rate(Impairment):
    """Packets leave at ``bits_per_second``; what finds ``queue`` bytes waiting is lost.

    Both count whole frames, with the 14 bytes that Ethernet puts in front of a packet.
    """

    bits_per_second: int
    queue: int = 64_000

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it cannot be meant so."""
        super().__post_init__()
        for keyword, value in (("bits_per_second", self.bits_per_second), ("queue", self.queue)):
            if not isinstance(value, int | float) or not 0 < value < inf:
                raise keywords.refused(DESCRIBING, keyword, value, f"a number: {keyword}=100_000")

    @property
    def _done(self) -> str:
        return f"rate limit of {self.bits_per_second:,} bit/s"


class Partition(Impairment):
    """Nothing gets through: in one direction where the fault says towards whom, else in both."""

    @property
    def kind(self) -> str:
        """What the relay calls it."""
        return "loss"

    def __str__(self) -> str:
        return "partition"


@dataclass(frozen=True)
class Mtu:
    """A link carries packets of ``size`` bytes at most."""

    size: int

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid below IPv6's least."""
        if not (isinstance(self.size, int) and 1280 <= self.size <= 1500):
            raise ScenarioInvalid(
                DESCRIBING,
                f"an MTU of {self.size!r} bytes",
                "1280 to 1500: below, there is no IPv6 on a link (RFC 8200, section 5)",
            )

    def __str__(self) -> str:
        return f"MTU of {self.size} bytes"


@dataclass(frozen=True)
class Firewall:
    """A router lets nothing of ``of`` through: silently, or with ICMP where it is ``polite``."""

    of: Of
    polite: bool = False

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it cannot be meant so."""
        _check_of(self.of)
        keywords.one_of(DESCRIBING, "polite", self.polite, (False, True))

    def __str__(self) -> str:
        return f"firewall that {'rejects' if self.polite else 'drops'} {self.of}"


@dataclass(frozen=True)
class LinkDown:
    """A host's link is down: as if its cable were pulled."""

    def __str__(self) -> str:
        return "link down"


@dataclass(frozen=True)
class PowerCut:
    """A host is without power: silent, its programs gone, and no connection known afterwards."""

    def __str__(self) -> str:
        return "power cut"


@dataclass(frozen=True)
class Paused:
    """A host's programs are stopped where they stand; its kernel goes on answering."""

    def __str__(self) -> str:
        return "programs paused"


Fault = Impairment | Mtu | Firewall | LinkDown | PowerCut | Paused


def _check_of(of: object, *others: None) -> None:
    known = (*get_args(get_args(Of)[1]), *others)
    if not isinstance(of, Service) and of not in known:
        raise keywords.refused(DESCRIBING, "of", of, 'of=Tcp(15000), of=Udp(15000) or of="icmp"')


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    teens = 10 < number % 100 < 14
    return f"{number}{'th' if teens else endings.get(number % 10, 'th')}"


def _listed(words: Iterable[str]) -> str:
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last
