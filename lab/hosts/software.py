"""What a lab is made of, as its runs record it: versions, and the hosts' images by digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from lab.hosts.background import begin, result_of
from lab.hosts.bundle.examine import layers_of
from lab.hosts.bundle.manifest import chain
from lab.hosts.channel import ANSWER_DEADLINE
from lab.hosts.docker.engine.client import EngineClient


class Software:
    """What one engine runs for a lab; each thing is asked for once."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self._digests: dict[str, str] = {}

    @cached_property
    def lasting(self) -> Future[Mapping[str, str]]:
        """The versions that do not change, which takes the engine 0.1 s: so ask for them early."""
        return begin("asking for versions", partial(_lasting, self._client))

    def versions(self, found: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
        """Return the versions of lab, engine and kernel, and the digests of hosts' images by name.

        The engine lists the hosts as ``found``. A digest is that of the layers, which is the same
        on every machine with the same image; that of the engine where it knows none (any more).
        """
        lasting = result_of(self.lasting, ANSWER_DEADLINE, "asking for versions", "lab doctor")
        digests = {each["Image"]: self._digest(each["Image"], each["ImageID"]) for each in found}
        return {**lasting, **{f"Image {name}": digests[name] for name in sorted(digests)}}

    def _digest(self, name: str, engines_own: str) -> str:
        if engines_own not in self._digests:
            with suppress(OSError):
                self._digests[engines_own] = chain(layers_of(self._client, name)) or engines_own
        return self._digests.get(engines_own, engines_own)


def _lasting(client: EngineClient) -> Mapping[str, str]:
    """Return the versions of the lab, engine and kernel; none fails for want of the engine's."""
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
