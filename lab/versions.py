"""What runs a lab: the lab itself, the engine, its kernel, and the images of the hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from lab.background import begin


def ask(client: Any) -> Future[Mapping[str, str]]:
    """Begin to ask the engine for its versions: it runs programs to learn them, for 0.1 s."""
    return begin("asking for versions", lambda: _of_engine(client))


def told(asked: Future[Mapping[str, str]], found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return all versions, by what has them: the engine's answer, and the images by digest.

    ``found`` is what the engine lists of the hosts.
    """
    from importlib import metadata  # noqa: PLC0415 - slow to load, and seldom wanted

    images = {each["Image"]: each["ImageID"] for each in found}
    return {
        "Lab": metadata.version("socketlab"),
        **asked.result(),
        **{f"Image {image}": images[image] for image in sorted(images)},
    }


def _of_engine(client: Any) -> Mapping[str, str]:
    """Return the engine's versions; unknown is what it does not say: no run is worth less."""
    try:
        engine = client.api.version()
    except Exception:  # the SDK lets through whatever its transport raises
        engine = {}
    return {
        "Engine": engine.get("Version", "unknown"),
        "Kernel": engine.get("KernelVersion", "unknown"),
    }
