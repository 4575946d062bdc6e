"""Causes in a call to the caller's own host: it crosses no network."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.causes.cause import Cause
from lab.observation.causes.scene import Scene
from lab.observation.own_call import OwnCall, attempts
from lab.wire.address import Service


def own_host(scene: Scene) -> Iterator[Cause]:
    """Yield which programs called their own host instead of the host that serves."""
    for host in scene.observation.hosts:
        for calls in attempts(host.own_calls):
            yield from _called(scene, host.name, calls[-1])


def _called(scene: Scene, host: str, call: OwnCall) -> Iterator[Cause]:
    service = Service(call.called.port or 0, call.protocol)
    serves = _server(scene, service, host)
    who = f"{scene.caller(host, call.time_ns)} called its own host at {call.called}"
    program = scene.running(host, call.time_ns)
    if serves and not scene.observation.conversations(service, client=host):
        sentence = f"{who}, so nothing crossed the wire. {serves} serves {service}."
        yield Cause(sentence, host, call.time_ns)
    elif not serves and call.refused and program is not None and program.failure:
        yield Cause(f"{who}, where nobody listened.", host, call.time_ns)


def _server(scene: Scene, service: Service, host: str) -> str:
    """Return who serves this on another host; empty if nobody does."""
    for program in scene.observation.transcripts:
        if program.host != host and service in program.listens_on:
            return f"{program.program} on {program.host}"
    found = [each for each in scene.listeners if each.service == service and each.host != host]
    return str(found[0]) if found else ""
