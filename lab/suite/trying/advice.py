"""What to try next where programs could not meet, for they have an address built in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lab.observation.observation import Observation
from lab.scenario.replacing import built_in


def advice(observation: Observation, sources: Collection[Mapping[str, bytes]]) -> Iterator[str]:
    """Yield what to type where programs called themselves, or an address of another network.

    ``sources`` are the files of the server and of the clients.
    """
    met = observation.conversations(server="server")
    if met and not observation.failures:
        return
    known = {
        address.split("/")[0] for host in observation.hosts for address in host.addresses.values()
    }
    for name in built_in(sources):
        if name not in known:
            typed = f"\"{name}='server'\"" if name.endswith(")") else f"{name}=server"
            yield f"--replace {typed}, since the programs have {name} built in"
