"""Hosts get ready for a run and are clean after it; a host that cannot be cleaned is removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any

from lab.errors import CouldNotJudge, HostUnavailable
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.runner.run_folder import FOLDER


def answered(network: RunningLab, asked: Iterable[tuple[Host, Future[Any]]]) -> None:
    """Wait until each host has got ready for the run; raises CouldNotJudge where one cannot.

    Such a host is removed: what it could not clean, nobody trusts.
    """
    for host, future in list(asked):
        try:
            host.channel.answer(future, "get ready for a run")
        except CouldNotJudge as error:
            if not network.discard(host.name):
                raise
            attempt = f"getting host {host.name} ready for a run"
            seen = f"{error.seen}; the next run gets a new host"
            raise HostUnavailable(attempt, seen, "the same command again") from error


def clear(
    network: RunningLab, hosts: Mapping[str, Host], guards: list[tuple[Host, int]]
) -> Iterator[str]:
    """Leave the hosts as they were, and say which could not be.

    Without an agent, nobody ends the programs of a host. So it is removed with them. One that the
    engine does not remove is cleaned anew before the next run, or that one is not judged.
    """
    asked = [(host, host.channel.request("unguard", number=number)) for host, number in guards]
    asked += [(host, host.clear(FOLDER)) for host in hosts.values()]
    failed = []
    for host, future in asked:
        try:
            host.channel.answer(future, "clear")
        except CouldNotJudge:
            failed.append(host.name)
    for name in dict.fromkeys(failed):
        try:
            if network.discard(name):
                gone = "was removed with all that ran on it; the next run gets a new one"
                yield f"host {name} {gone}"
        except HostUnavailable as error:
            yield f"host {name} was left as it is: {error.seen}; lab down removes it"
