"""Where programs are compiled for the hosts of a lab, and where what runs them comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.docker import runtime
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compiler import compiled
from lab.hosts.docker.engine.client import EngineClient


class Workshop:
    """Keeps what it has made, a compiler's complaint too: both IP versions run the same."""

    def __init__(self, root: Path, client: EngineClient, say: Say) -> None:
        """``root`` is the clone whose ``images/`` has the compilers."""
        self._root, self._client, self._say = root, client, say
        self._made: dict[str, bytes | UsageError] = {}

    def compiled(self, image: str, texts: Mapping[str, bytes], parts: Sequence[str]) -> bytes:
        """Return what a compiler makes of ``parts`` of these texts, as the module compiler does."""
        told = repr((image, sorted(texts.items()), parts)).encode()
        key = hashlib.sha256(told).hexdigest()
        if key not in self._made:
            try:
                where = self._client.endpoint
                self._made[key] = compiled(where, self._root, image, texts, parts, self._say)
            except UsageError as complaint:
                self._made[key] = complaint
        made = self._made[key]
        if isinstance(made, UsageError):
            raise made
        return made

    def bring(self, image: str, host: str) -> None:
        """Bring what an image has for running programs onto the container ``host``."""
        runtime.bring(self._client.holding(host), self._root, image, host, self._say)
