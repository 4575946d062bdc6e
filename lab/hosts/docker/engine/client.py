"""A client of the engine that is quick to load: reads by itself, leaves the rest to Docker's SDK.

Loading the SDK takes longer than all that a warm lab asks of the engine. So what every session
reads (hosts, images, logs) is asked over the engine's own socket; whatever else is wanted of the
client, and whatever an engine elsewhere is asked, goes to the SDK, loaded when it is first needed.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import docker

DEADLINE = 60.0
"""Seconds that the engine may take for one answer; the SDK's own default."""

FRAME_HEADER = struct.Struct(">B3xI")
"""Which stream, and how many bytes of it follow."""

Filters = Mapping[str, Sequence[str] | str]


class EngineClient:
    """What the SDK's ``DockerClient`` is, without loading it before it is needed."""

    def __init__(self, url: str, version: str) -> None:
        """``version`` is the API's, as ``1.41``. Nothing is asked before a method is called."""
        self.url = url
        self.version_of_api = version
        self.api = Api(self)
        self._sdk: docker.DockerClient | None = None
        self._loading = threading.Lock()

    @property
    def sdk(self) -> docker.DockerClient:
        """The SDK's client of the same engine; raises what the SDK raises."""
        with self._loading:
            if self._sdk is None:
                self._sdk = self._loaded()
            return self._sdk

    def _loaded(self) -> docker.DockerClient:
        import docker  # noqa: PLC0415 - loading it is what is to be put off

        if os.environ.get("DOCKER_HOST"):
            return docker.from_env(version=self.version_of_api)
        return docker.DockerClient(base_url=self.url, version=self.version_of_api)

    def ping(self) -> bool:
        """Ask whether the engine is there; raises OSError, or what the SDK raises."""
        if self.api.is_near:
            return self.api.get("/_ping") == b"OK"
        return bool(self.sdk.ping())

    def close(self) -> None:
        """Give the connections back."""
        if self._sdk is not None:
            self._sdk.close()
            self._sdk = None

    def __getattr__(self, name: str) -> Any:
        """Return what the SDK's client has under that name."""
        return getattr(self.sdk, name)


class Api:
    """The SDK's low-level API, of which some calls are made here."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self.is_near = client.url.startswith("unix://")
        """Whether the engine is at a socket of this machine."""

    # Named and called as in the SDK, which takes them over for an engine elsewhere.

    def containers(self, *, all: bool = False, filters: Filters) -> list[dict[str, Any]]:  # noqa: A002
        """List containers, running or (``all``) any, that these filters pass."""
        if not self.is_near:
            return list(self._sdk.containers(all=all, filters=dict(filters)))
        return self._list(f"/containers/json?all={int(all)}&filters={_told(filters)}")

    def images(self, name: str | None = None, *, filters: Filters | None = None) -> Any:
        """List images: those of a name, or those that the filters pass."""
        if not self.is_near or name is not None:
            return self._sdk.images(name, filters=dict(filters or {}))
        return self._list(f"/images/json?filters={_told(filters or {})}")

    def networks(self, *, filters: Filters | None = None) -> list[dict[str, Any]]:
        """List networks that the filters pass."""
        if not self.is_near:
            return list(self._sdk.networks(filters=dict(filters or {})))
        return self._list(f"/networks?filters={_told(filters or {})}")

    def inspect_container(self, identity: str) -> dict[str, Any]:
        """Return all that the engine knows of a container."""
        if not self.is_near:
            return dict(self._sdk.inspect_container(identity))
        found: dict[str, Any] = json.loads(self.get(f"/containers/{quote(identity)}/json"))
        return found

    def logs(self, identity: str, *, since: float) -> bytes:
        """Return what a container without a terminal has printed since then (seconds, Unix)."""
        if not self.is_near:
            return bytes(self._sdk.logs(identity, since=since))
        query = f"stdout=1&stderr=1&since={since:.6f}"
        return b"".join(_frames(self.get(f"/containers/{quote(identity)}/logs?{query}")))

    def get(self, path: str) -> bytes:
        """Ask the engine at its socket, and return its answer's body; raises OSError."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(DEADLINE)
            connection.connect(self._client.url.removeprefix("unix://"))
            # HTTP/1.0 (RFC 1945): the answer comes in one piece, and ends where the stream does.
            request = f"GET /v{self._client.version_of_api}{path} HTTP/1.0\r\nHost: docker\r\n\r\n"
            connection.sendall(request.encode())
            with connection.makefile("rb") as stream:
                reply = stream.read()
        head, _, body = reply.partition(b"\r\n\r\n")
        status = head.partition(b"\r\n")[0].decode("latin-1")
        if " 200 " not in f"{status} ":
            raise OSError(_complaint(body) or status or "the engine hung up without an answer")
        return body

    def _list(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.get(path))
        return found

    @property
    def _sdk(self) -> Any:
        return self._client.sdk.api

    def __getattr__(self, name: str) -> Any:
        """Return what the SDK's low-level API has under that name."""
        return getattr(self._sdk, name)


def _frames(body: bytes) -> Iterator[bytes]:
    """Yield what each frame of an attached stream holds (engine API, "Stream format")."""
    at = 0
    while at + FRAME_HEADER.size <= len(body):
        _, length = FRAME_HEADER.unpack_from(body, at)
        at += FRAME_HEADER.size
        yield body[at : at + length]
        at += length


def _told(filters: Filters) -> str:
    """Return filters as a query holds them."""
    lists = {
        name: [each] if isinstance(each, str) else list(each) for name, each in filters.items()
    }
    return quote(json.dumps(lists))


def _complaint(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip()
