"""What is heard of the streams of hosts, made by hand."""

from __future__ import annotations

from collections.abc import Mapping

from lab.live.heard import Heard, Span


def heard(hosts: Mapping[str, int], began_ns: int = 0) -> Heard:
    """Return what is heard where each host's stream began at one time, by how far it has got."""
    return Heard({name: Span(began_ns, upto_ns) for name, upto_ns in hosts.items()})
