"""The versions of what runs a lab: the lab itself, the engine, its kernel, the hosts' images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from lab.hosts.background import begin
from lab.hosts.docker.engine.client import EngineClient


def ask(client: EngineClient) -> Future[Mapping[str, str]]:
    """Begin to ask for the versions of the lab and the engine, which takes the engine 0.1 s."""
    return begin("asking for versions", lambda: _lasting(client))


def told(asked: Future[Mapping[str, str]], found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return all versions by name: those that were asked for, and the images by digest.

    ``found`` is what the engine lists of the hosts.
    """
    images = {each["Image"]: each["ImageID"] for each in found}
    return {**asked.result(), **{f"Image {image}": images[image] for image in sorted(images)}}


def _lasting(client: EngineClient) -> Mapping[str, str]:
    """Return the versions that do not change; a run does not fail for want of the engine's."""
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
