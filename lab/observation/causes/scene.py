"""Who ran, who listened and who called during a run, as the rules ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.wire.address import Address, Family, Service
from lab.wire.sockets.table import waiting

EPHEMERAL = range(32768, 61000)
"""Ports that Linux gives to sockets without one of their own (ip(7), ip_local_port_range)."""

WILDCARDS = {family.unspecified for family in Family}
LOOPBACKS = ("127.", "::1")


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that listened (UDP: was bound), from one sample until another lacked it.

    ``program`` started it, as far as only one program of the host can have done so. ``ended_ns``
    is None where the last sample still shows it. ``v6only`` says whether it takes no IPv4, where
    that is known.
    """

    host: str
    service: Service
    local: Address
    began_ns: int
    ended_ns: int | None
    program: Transcript | None
    v6only: bool | None = None

    def __str__(self) -> str:
        return called(self.program) if self.program else self.host

    def is_open(self, time_ns: int) -> bool:
        """Return whether it was there at a moment."""
        return self.began_ns <= time_ns and (self.ended_ns is None or time_ns < self.ended_ns)

    def takes(self, ip: str) -> bool:
        """Return whether it hears who calls this address (ipv6(7): ``::`` may take IPv4, too)."""
        own, called = self.local, Address(ip)
        if own.ip in WILDCARDS and own.family is called.family:
            return True
        return own.ip == ip or (own.ip == Family.IPV6.unspecified and not self.v6only)

    @property
    def is_for_own_host(self) -> bool:
        """Whether only programs of its own host can reach it."""
        return self.local.ip.startswith(LOOPBACKS)


@dataclass(frozen=True)
class Scene:
    """A run as the rules see it."""

    observation: Observation

    @cached_property
    def listeners(self) -> tuple[Listener, ...]:
        """Every socket that listened or was bound, host after host, but UDP clients' sockets."""
        return tuple(each for host in self.observation.hosts for each in _listeners(host))

    def caller(self, host: str, time_ns: int) -> str:
        """Return what to call whoever called from a host: the one program that ran, or the host."""
        program = self.running(host, time_ns)
        return called(program) if program else host

    def running(self, host: str, time_ns: int) -> Transcript | None:
        """Return the one program that ran on a host at a moment; None for none or several."""
        for each in self.observation.hosts:
            if each.name == host:
                return _running(each, time_ns)
        return None


def called(program: Transcript) -> str:
    """Return a program's name and its host."""
    return f"{program.program} on {program.host}"


def was_stopped(program: Transcript) -> bool:
    """Return whether the lab had to stop a program that should have ended."""
    return program.stopped_for is not None and not program.served


def _running(host: HostObservation, time_ns: int) -> Transcript | None:
    found = [each for each in host.transcripts if each.started_ns <= time_ns <= each.ended_ns]
    return found[0] if len(found) == 1 else None


def _listeners(host: HostObservation) -> Iterator[Listener]:
    for each in waiting(host.samples):
        socket = each.socket
        is_udp = socket.protocol == "udp"
        if is_udp and socket.local.port in EPHEMERAL:
            continue
        service = Service(socket.local.port or 0, "udp" if is_udp else "tcp")
        program = _starter(host, service, each.began_ns)
        times = each.began_ns, each.ended_ns
        yield Listener(host.name, service, socket.local, *times, program, socket.v6only)


def _starter(host: HostObservation, service: Service, began_ns: int) -> Transcript | None:
    """Return the program that began to listen then: the one that ran, or that had promised it."""
    program = _running(host, began_ns)
    promised = [each for each in host.transcripts if service in each.listens_on]
    if program is None and len(promised) == 1 and promised[0].started_ns <= began_ns:
        program = promised[0]
    return program
