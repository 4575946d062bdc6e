"""The versions of what runs a lab: the lab itself, the engine, its kernel, the hosts' images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from lab.hosts.bundle.examine import layers_of
from lab.hosts.bundle.manifest import chain
from lab.hosts.docker.engine.client import EngineClient


def images(client: EngineClient, found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the digests of the hosts' images by name; the engine lists the hosts as ``found``.

    A digest is that of the layers, which is the same on every machine with the same image; that of
    the engine where it knows none (any more).
    """
    digests = {each["Image"]: each["ImageID"] for each in found}
    for name, engines_own in digests.items():
        with suppress(OSError):
            digests[name] = chain(layers_of(client, name)) or engines_own
    return {f"Image {name}": digests[name] for name in sorted(digests)}


def lasting(client: EngineClient) -> Mapping[str, str]:
    """Return the versions that do not change, which takes the engine 0.1 s.

    A run does not fail for want of the engine's.
    """
    from importlib import metadata  # noqa: PLC0415 - slow to load, and seldom wanted

    try:
        engine = client.version()
    except Exception:  # the SDK lets through whatever its transport raises
        engine = {}
    return {
        "Lab": metadata.version("socketlab"),
        "Engine": engine.get("Version", "unknown"),
        "Kernel": engine.get("KernelVersion", "unknown"),
    }
