"""What a lab is made of, as its runs record it: versions, its set-up and images by digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from lab.hosts.background import begin, result_of
from lab.hosts.bundle.examine import configuration, layers_of
from lab.hosts.bundle.kept import FILE, FOLDER, FURTHER, IMAGE, keep
from lab.hosts.bundle.manifest import chain
from lab.hosts.channel import ANSWER_DEADLINE
from lab.hosts.docker.across.client import JoinedClient
from lab.hosts.docker.engine.client import EngineClient


class Software:
    """What one engine runs for a lab; each thing is asked for once."""

    def __init__(self, client: EngineClient, root: Path | None = None) -> None:
        """``root`` is the lab's folder, whose results keep what is in the images."""
        self._client = client
        self._root = root
        self._digests: dict[str, str] = {}

    @cached_property
    def lasting(self) -> Future[Mapping[str, str]]:
        """The versions that do not change, which takes the engine 0.1 s: so ask for them early."""
        return begin("asking for versions", partial(_lasting, self._client, self._root))

    def versions(self, found: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
        """Return the versions of lab, engine and kernel, and the digests of hosts' images by name.

        The engine lists the hosts as ``found``. A digest is that of the layers, which is the same
        on every machine with the same image; that of the engine where it knows none (any more).
        """
        lasting = result_of(self.lasting, ANSWER_DEADLINE, "asking for versions", "lab doctor")
        digests = {each["Image"]: self._digest(each) for each in found}
        return {**lasting, **{f"{IMAGE}{name}": digests[name] for name in sorted(digests)}}

    def _digest(self, host: Mapping[str, Any]) -> str:
        engines_own = str(host["ImageID"])
        if engines_own not in self._digests:
            with suppress(OSError):
                layers = layers_of(self._client.holding(host["Id"]), host["Image"])
                self._digests[engines_own] = chain(layers) or engines_own
                if self._root is not None:
                    folder = self._root / "out" / FOLDER
                    keep(self._client, folder, host["Image"], layers, host["Id"])
        return self._digests.get(engines_own, engines_own)


def _lasting(client: EngineClient, root: Path | None) -> Mapping[str, str]:
    """Return the versions of lab, engine and kernel, and digests of what the lab is set up with.

    None fails for want of the engine's.
    """
    from importlib import metadata  # noqa: PLC0415 - slow to load, and seldom wanted

    told = [
        _told(side) for side in (client.sides if isinstance(client, JoinedClient) else (client,))
    ]
    engines = {
        f"{name}{further}": one.get(key, "unknown")
        for one, further in zip(told, FURTHER, strict=False)
        for name, key in (("Engine", "Version"), ("Kernel", "KernelVersion"))
    }
    return {
        "Lab": metadata.version("socketlab"),
        **engines,
        **{f"{FILE}{name}": own for name, own in (configuration(root) if root else {}).items()},
    }


def _told(client: EngineClient) -> Mapping[str, Any]:
    try:
        return client.version()
    except Exception:  # the SDK lets through whatever its transport raises
        return {}
