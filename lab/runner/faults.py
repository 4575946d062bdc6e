"""Faults on the running lab: set on the host where they belong, measured there, always undone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from lab.errors import FaultUnavailable, HostUnavailable, UsageError
from lab.hosts.channel import FOR_FAULTS, RequestFailed, sources
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.runner.own_link import OwnLink, Way
from lab.runner.placement import Attached, place
from lab.scenario.fault import Fault, Firewall, Impairment, LinkDown, Mtu, Paused, PowerCut
from lab.wire.address import Service

SETTING = 20.0
"""Seconds that setting a fault may take, the measuring of its effect included."""

By = Literal["netem", "relay", "forwarder"]
"""What can do an impairment: the kernel's own emulator, or in the router the lab's relay, to which
the kernel hands packets, or its forwarder, which takes them itself."""


def asked_for() -> By | None:
    """Return what ``LAB_FAULTS`` says is to do impairments; or raise UsageError."""
    name = os.environ.get("LAB_FAULTS") or None
    if name in (None, *get_args(By)):
        return cast(By | None, name)
    seen = f"it is none of {', '.join(get_args(By))}"
    raise UsageError(f"reading LAB_FAULTS={name}", seen, "unset LAB_FAULTS, and the lab chooses")


@dataclass(eq=False)
class Placed:
    """A fault that is set: what it is, where, and, once it is undone, what it met.

    ``hosts`` are where it is set. ``met_so_far`` asks how many packets an impairment has met by
    now: one left out none.
    """

    sentence: str
    met_so_far: Callable[[], int] = lambda: 0
    by: By | None = None
    matched: int | None = None
    met: int | None = None
    hosts: list[Host] = field(default_factory=list)

    def has_met(self) -> bool:
        """Ask whether an impairment has met a packet by now; one left out never does."""
        return self.met_so_far() > 0

    @property
    def ended_at(self) -> str:
        """A host whose agent has ended, and with it this fault there; empty where none has."""
        return next((host.name for host in self.hosts if host.is_gone), "")

    def __str__(self) -> str:
        if self.matched is None:
            return self.sentence
        if self.met is None:
            return f"{self.sentence}: it met some of {self.matched} packets"
        packets = "packet" if self.met == 1 else "packets"
        return f"{self.sentence}: it met {self.met} {packets} of {self.matched}"


class Faults:
    """Sets faults on the hosts of one lab."""

    def __init__(
        self, network: RunningLab, by: By | None = None, among: Iterable[str] | None = None
    ) -> None:
        """``by`` has all impairments done so; else the kernel of each host decides.

        ``among`` names the hosts that talk to each other meanwhile; None: all that are up.
        """
        self._network = network
        self._among = None if among is None else list(among)
        self._by = by
        self._taught: set[int] = set()

    @contextmanager
    def fault(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        towards: str | None = None,
        at: str | None = None,
        away_from: str | None = None,
    ) -> Iterator[Placed]:
        """Have a fault within the block: ``on`` a network, ``towards`` a host, or ``at`` a host.

        An impairment ``at`` a host is one at its own link ``on`` a network: of what comes to it
        where it is ``towards`` that host, of what it sends where it is ``away_from`` it, or both.

        Raises FaultUnavailable where it cannot happen here, and UsageError where it is not said
        where it is to.
        """
        at, away = at or away_from, away_from is not None
        where = {"on": on, "towards": towards if at is None else None, "at": at}
        said = "".join(f" {word} {name}" for word, name in where.items() if name)
        aimed = ", away from it" if away else ", towards it" if at and towards else ""
        placed = Placed(f"{fault}{said}{aimed}")
        with ExitStack() as undone:
            if isinstance(fault, Mtu):
                self._forget_paths()
                undone.callback(self._forget_paths)
            if isinstance(fault, Impairment) and at is not None:
                way = _way(fault, at, towards, away)
                self._own_link(undone, placed, fault, OwnLink(at, _named(on, "on", fault)), way)
                yield placed
                return
            for host, verb, options in self._settings(fault, on, towards, at, placed.sentence):
                undone.callback(self._undo, placed, host, self._set(placed, host, verb, options))
            yield placed

    def _own_link(
        self, undone: ExitStack, placed: Placed, fault: Impairment, link: OwnLink, way: Way
    ) -> None:
        """Set an impairment at a host's own link."""
        host = self._host(link.host)
        # The host notes it, for who asks what is in force, and for who would clear it.
        undone.callback(self._undo, placed, host, self._set(placed, host, "at_port", {}))
        port = link.set(self._network, fault, way, placed.sentence)

        def undo() -> None:
            with suppress(OSError):
                placed.matched, placed.met = port.counted()
            port.undo()

        undone.callback(undo)
        placed.met_so_far = lambda: port.counted()[1]

    def in_force(self) -> list[tuple[str, str]]:
        """Return each host with what is done to it now, by whatever session."""
        return self._each("guards")

    def clear(self) -> list[tuple[str, str]]:
        """Undo what any other session does to the hosts; return what it was."""
        return self._each("clear_guards")

    def _each(self, verb: str) -> list[tuple[str, str]]:
        hosts = self._network.open(self._network.up)
        return [(name, what) for name, host in hosts.items() for what in host.channel.ask(verb)]

    def _settings(
        self, fault: Fault, on: str | None, towards: str | None, at: str | None, what: str
    ) -> Iterator[tuple[Host, str, dict[str, Any]]]:
        """Yield what each host is asked for."""
        attached = self._attached()
        match fault:
            case Impairment():
                spot = place(attached, _named(on, "on", fault), towards)
                host = self._host(spot.router)
                about: dict[str, Any] = {"card": host.link(spot.network).mac, "side": spot.side}
                yield host, "impair", {"description": fault.description | about, "by": self._by}
            case Mtu():
                network = _named(on, "on", fault)
                place(attached, network, None)
                for name, networks in attached.items():
                    if network in networks:
                        host = self._host(name)
                        yield host, "narrow", {"card": host.link(network).mac, "size": fault.size}
            case Firewall():
                of = fault.of
                port = of.port if isinstance(of, Service) else None
                protocol = of.protocol if isinstance(of, Service) else of
                about = {"protocol": protocol, "port": port, "polite": fault.polite}
                yield self._host(_named(at, "at", fault)), "refuse", about
            case LinkDown():
                host = self._host(_named(at, "at", fault))
                yield host, "take_down", {"card": host.link(on).mac}
            case PowerCut():
                yield self._host(_named(at, "at", fault)), "cut_power", {}
            case Paused():
                yield self._host(_named(at, "at", fault)), "pause", {}

    def mechanisms(self, name: str) -> dict[By, str]:
        """Try what can impair packets, at a host; return why each cannot, empty where it can."""
        host = self._host(name)
        self._teach(host)
        tried: dict[By, str] = host.channel.ask("mechanisms", within=SETTING)
        return tried

    def _teach(self, host: Host) -> None:
        if id(host) not in self._taught:
            host.channel.ask("learn", modules=sources(FOR_FAULTS))
            self._taught.add(id(host))

    def _set(self, placed: Placed, host: Host, verb: str, options: Mapping[str, Any]) -> int:
        self._teach(host)
        try:
            number, by = host.channel.ask(
                "fault", within=SETTING, kind=verb, what=placed.sentence, **options
            )
            placed.by = by or None
            placed.hosts.append(host)
            if verb == "impair":
                placed.met_so_far = lambda: int(host.channel.ask("met", number=number))
            return int(number)
        except RequestFailed as failure:
            setting = f"setting the fault {placed.sentence!r} at host {host.name}"
            advice = "lab status says what is in force; lab doctor says what this kernel can do"
            raise FaultUnavailable(setting, failure.text, advice) from failure

    def _undo(self, placed: Placed, host: Host, number: int) -> None:
        try:
            told = host.channel.ask("unguard", number=number)
        except HostUnavailable:
            # With its agent the host's faults have ended; whether it died is for its tap to say.
            return
        if told:
            placed.matched, placed.met = told

    def _forget_paths(self) -> None:
        """Have hosts forget the path MTUs that they have learnt (for ten minutes, else)."""
        among = self._network.up if self._among is None else self._among
        hosts = self._network.open(among).values()
        for host, future in [(host, host.channel.request("forget_paths")) for host in hosts]:
            host.channel.answer(future, "forget what it learnt of paths", SETTING)

    def _attached(self) -> Attached:
        return {
            name: tuple(link.network for link in self._network.links(name))
            for name in self._network.up
        }

    def _host(self, name: str) -> Host:
        return self._network.open([name])[name]


def _named(name: str | None, word: str, fault: Fault) -> str:
    if name is None:
        setting = f"setting the fault {str(fault)!r}"
        raise UsageError(setting, f"{word}= is missing", f"lab.fault(…, {word}=…)")
    return name


def _way(fault: Fault, at: str, towards: str | None, away: bool) -> Way:
    if towards not in (None, at) or (towards and away):
        raise UsageError(
            f"setting the fault {str(fault)!r} at {at}'s own link",
            f"it is to be towards {towards}, and all that {at} sends goes over this link",
            f"towards {at}, from {at}, or neither for both ways",
        )
    return "towards" if towards else "from" if away else "both"
