"""Causes in where a program listens: another port, another protocol, a port that is taken."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Scene, called
from lab.observation.transcript import Transcript
from lab.wire.address import Service
from lab.wire.sockets.table import table_at

TAKEN = "Address already in use"


def listening(scene: Scene) -> Iterator[Cause]:
    """Yield why programs that should listen do not."""
    for program in scene.observation.transcripts:
        if TAKEN in (program.error or "".join(program.stderr[-1:])):
            yield from _taken(scene, program)
        elif program.failure:
            yield from _elsewhere(scene, program)


def _elsewhere(scene: Scene, program: Transcript) -> Iterator[Cause]:
    own = [
        each
        for each in scene.listeners
        if each.host == program.host and program.started_ns <= each.began_ns <= program.ended_ns
    ]
    missing = [each for each in program.listens_on if each not in [one.service for one in own]]
    others = [each for each in own if each.service not in program.listens_on]
    if missing and others:
        has = _named(list(dict.fromkeys(each.service for each in others)))
        said = f"{called(program)} listens on {has}. Expected was {_named(missing)}."
        yield Cause(said, program.host, others[0].began_ns)


def _taken(scene: Scene, program: Transcript) -> Iterator[Cause]:
    """Yield who holds the port that a program could not have."""
    complains_ns = next(each.time_ns for each in program.lines if each.stream == "stderr")
    for service in program.listens_on:
        held = [
            each
            for each in scene.listeners
            if (each.host, each.service) == (program.host, service)
            and each.began_ns <= complains_ns
            and (each.ended_ns is None or each.ended_ns > program.started_ns)
        ]
        others = [each for each in held if each.program and each.program is not program]
        why, inferred = "", False
        if any(each.is_open(complains_ns) for each in others):
            why = f"{others[0]} listens there already"
        elif any(each.program is program for each in held):
            why, inferred = "its own first socket has it already", True
        elif not held and service.protocol == "tcp":
            # The samples show connections of this run only: one of before may be there unseen.
            inferred = not _waits(scene, program, service.port)
            why = (
                "a connection of a server that has ended is in TIME_WAIT there. With SO_REUSEADDR"
                " a server may listen all the same"
            )
        if why:
            said = f"{called(program)} could not have {service}: {why}."
            yield Cause(said, program.host, program.ended_ns, inferred)


def _waits(scene: Scene, program: Transcript, port: int) -> bool:
    """Return whether the last sample before a program's end shows a port in TIME_WAIT."""
    table = table_at(scene.observation.host(program.host).samples, program.ended_ns)
    return any(each.state == "TIME_WAIT" and each.local.port == port for each in table)


def _named(services: list[Service]) -> str:
    return " and ".join(map(str, services))
