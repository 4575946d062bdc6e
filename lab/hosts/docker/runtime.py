"""What runs programs of a language, brought onto a host that runs: nobody else's host gets it.

An image has it in /runtime, by its place on a host. It stays on the host as long as this stays up.
"""

from __future__ import annotations

from pathlib import Path

from lab.hosts.docker.apt import Say
from lab.hosts.docker.aside import container
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images
from lab.hosts.docker.packed import packed

_STAMPS = "/opt"


def bring(client: EngineClient, root: Path, image: str, host: str, say: Say) -> None:
    """Bring what an image has onto the container ``host``, where it is not there yet.

    Raises ImageUnavailable where the image cannot be made, and what the engine's client raises.
    """
    recipe = images.recipes(root, [image])[image]
    stamp = f".socketlab-{image}-{recipe.digest}"
    if _has(client, host, f"{_STAMPS}/{stamp}"):
        return
    images.ensure(client, root, [image], say)
    with container(client, recipe.tag, ["true"]) as source:
        chunks, _ = client.sdk.get_archive(source, "/runtime/.")
        client.sdk.put_archive(host, "/", chunks)
    client.sdk.put_archive(host, _STAMPS, packed({stamp: b""}))


def _has(client: EngineClient, host: str, path: str) -> bool:
    from docker.errors import NotFound  # noqa: PLC0415 - as slow to load as the SDK itself

    try:
        client.sdk.get_archive(host, path)
    except NotFound:
        return False
    return True
