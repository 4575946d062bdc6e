"""A container beside the lab's hosts, for one job: it has no network, and little of all else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence

from lab.hosts.docker.engine.client import EngineClient

LABEL = "socketlab.compiler"

LEFT = 600
"""Seconds after which a container is one that somebody who was killed has left."""

_HOST_CONFIG = {
    "NetworkMode": "none",
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges:true"],
    "Memory": 768 << 20,
    "PidsLimit": 256,
}


@contextlib.contextmanager
def container(
    client: EngineClient, tag: str, command: Sequence[str], entrypoint: str | None = None
) -> Iterator[str]:
    """Make a container that is to run a command, and yield its id; it is removed at the end.

    ``entrypoint`` is called with the command, instead of what the image begins with.

    Those that commands which were killed have left are removed before.
    """
    for each in client.containers(LABEL, all=True):
        if each["Created"] < time.time() - LEFT:
            with contextlib.suppress(OSError):
                client.remove_container(each["Id"])
    made = client.sdk.create_container(
        tag,
        list(command),
        entrypoint=entrypoint,
        labels={LABEL: "1"},
        network_disabled=True,
        host_config=_HOST_CONFIG,
    )
    identity = str(made["Id"])
    try:
        yield identity
    finally:
        client.remove_container(identity)
