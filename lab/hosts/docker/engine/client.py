"""A client of the engine: the calls that the lab makes, typed, and quick to load.

The engine at a socket of this machine, also one that leads elsewhere by ssh, is asked without
Docker's SDK, which takes longer to load than all that a warm lab asks. The SDK carries the same
calls to an engine elsewhere, and does what streams (builds, pulls, imports): docs/decisions/0011.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from lab.hosts.docker.engine.attached import FRAME_HEADER, Attached, attach
from lab.hosts.docker.engine.connection import connect
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.engine.exchange import DEADLINE, Reply, exchange, parse
from lab.hosts.docker.engine.ping import ANSWER_DEADLINE, MINIMUM_API
from lab.hosts.docker.engine.tunnel import Tunnel

if TYPE_CHECKING:
    import docker

Known = dict[str, Any]
"""What the engine tells of one thing, as its API names it."""


class Refused(OSError):
    """The engine did not do as asked; ``status`` is that of HTTP, 0 where it gave none."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class NotThere(Refused):
    """The engine knows no container, network or image of that name (any more)."""


class EngineClient:
    """A client of one engine, for several threads; each call raises Refused or another OSError."""

    def __init__(self, endpoint: Endpoint, api_version: str = "") -> None:
        """``api_version`` is as ``1.41``; without it only :meth:`version` can be asked.

        Nothing is asked before a method is called.
        """
        self.endpoint = endpoint
        self.api_version = api_version
        self._tunnel = Tunnel(endpoint.url) if endpoint.url.startswith("ssh://") else None
        self.url = f"unix://{self._tunnel.path}" if self._tunnel else endpoint.url
        """Where the engine is asked: for ssh, a socket here that leads there."""
        self._is_near = self.url.startswith("unix://")
        self._sdk: docker.APIClient | None = None
        self._loading = threading.Lock()

    @property
    def sdk(self) -> docker.APIClient:
        """The SDK's low-level client of the same engine; raises what the SDK raises."""
        with self._loading:
            if self._sdk is None:
                # Loading it is what is to be put off.
                from lab.hosts.docker.engine import sdk  # noqa: PLC0415

                version = self.api_version or ".".join(map(str, MINIMUM_API))
                self._sdk = sdk.client_of(self.endpoint, self.url, version)
            return self._sdk

    def close(self) -> None:
        """Give the connections back."""
        if self._sdk is not None:
            self._sdk.close()
            self._sdk = None
        if self._tunnel is not None:
            self._tunnel.close()

    def holding(self, identity: str) -> EngineClient:
        """Return the client of the engine that has a container: this one."""
        return self

    def ping(self) -> bool:
        """Ask whether the engine is there."""
        return self._ask("GET", "/_ping") == b"OK"

    def version(self) -> Known:
        """Return the versions of the engine and of its kernel, and its architecture."""
        return self._known("/version", within=ANSWER_DEADLINE)

    def is_podman(self) -> bool:
        """Ask whether this is Podman, which takes the same questions."""
        components = self.version().get("Components") or ()
        return any(str(each.get("Name")).startswith("Podman") for each in components)

    def info(self) -> Known:
        """Return what the engine tells of itself and of its machine."""
        return self._known("/info")

    def containers(self, *with_labels: str, all: bool = False) -> list[Known]:  # noqa: A002
        """List containers with these labels (``name`` or ``name=value``): running ones, or all."""
        return self._list("/containers/json", with_labels, all=int(all))

    def container(self, identity: str) -> Known:
        """Return all that the engine knows of a container."""
        return self._known(f"/containers/{quote(identity)}/json")

    def logs(self, identity: str, *, since: float) -> bytes:
        """Return what a container without a terminal has printed since then (seconds, Unix)."""
        query = {"stdout": 1, "stderr": 1, "since": f"{since:.6f}"}
        return b"".join(_frames(self._ask("GET", f"/containers/{quote(identity)}/logs", query)))

    def attach(self, identity: str, argv: Sequence[str]) -> Attached:
        """Run a program in a container as root; return its input and output."""
        where = self.endpoint
        connection = connect(self.url, DEADLINE, where.certificates, where.verified)
        try:
            return attach(connection, self._prefix, identity, argv, self._refusal)
        except BaseException as error:
            connection.close()
            if isinstance(error, ConnectionError) and self._tunnel:
                raise Refused(0, self._hung_up()) from error
            raise

    def remove_container(self, identity: str) -> None:
        """Kill and remove a container with its volumes."""
        self._ask("DELETE", f"/containers/{quote(identity)}", {"force": 1, "v": 1})

    def wait_removed(self, identity: str, within: float) -> None:
        """Wait until somebody else's removal of a container is done."""
        path = f"/containers/{quote(identity)}/wait"
        self._ask("POST", path, {"condition": "removed"}, within=within)

    def networks(self, *with_labels: str) -> list[Known]:
        """List networks with these labels; without any, everybody's."""
        return self._list("/networks", with_labels)

    def network(self, identity: str) -> Known:
        """Return all that the engine knows of a network."""
        return self._known(f"/networks/{quote(identity)}")

    def remove_network(self, identity: str) -> None:
        """Remove a network that nobody is on."""
        self._ask("DELETE", f"/networks/{quote(identity)}")

    def images(self, *with_labels: str) -> list[Known]:
        """List images with these labels; without any, everybody's."""
        return self._list("/images/json", with_labels)

    def image(self, name: str) -> Known | None:
        """Return all that the engine knows of an image; None where it has none of that name."""
        try:
            return self._known(f"/images/{quote(name)}/json")
        except NotThere:
            return None

    def has_image(self, name: str) -> bool:
        """Return whether the engine has an image of that name."""
        return self.image(name) is not None

    def tag_image(self, name: str, repository: str, version: str) -> None:
        """Give an image another name."""
        self._ask("POST", f"/images/{quote(name)}/tag", {"repo": repository, "tag": version})

    def remove_image(self, name: str) -> None:
        """Take an image's name away, and with the last one the image."""
        self._ask("DELETE", f"/images/{quote(name)}")

    def _known(self, path: str, within: float = DEADLINE) -> Known:
        found: Known = _read(self._ask("GET", path, within=within))
        return found

    def _list(self, path: str, with_labels: tuple[str, ...], **query: Any) -> list[Known]:
        filters = json.dumps({"label": with_labels} if with_labels else {})
        found: list[Known] = _read(self._ask("GET", path, {**query, "filters": filters}))
        return found

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        within: float = DEADLINE,
    ) -> bytes:
        target = f"{self._prefix}{path}{'?' if query else ''}{urlencode(query or {})}"
        if self._is_near:
            reply = self._exchanged(method, target, within)
        else:
            reply = self._carried(method, target, within)
        if 200 <= reply.status < 300:
            return reply.body
        raise self._refusal(reply)

    @property
    def _prefix(self) -> str:
        return f"/v{self.api_version}" if self.api_version else ""

    def _refusal(self, reply: Reply) -> Refused:
        said = _complaint(reply.body) or reply.line or self._hung_up()
        return (NotThere if reply.status == 404 else Refused)(reply.status, said)

    def _exchanged(self, method: str, target: str, within: float) -> Reply:
        try:
            return parse(exchange(self.url.removeprefix("unix://"), method, target, within))
        except ConnectionError as error:
            if self._tunnel is None:
                raise
            raise Refused(0, self._hung_up()) from error

    def _hung_up(self) -> str:
        ssh = self._tunnel.last_words() if self._tunnel else ""
        return ssh or "the engine hung up without an answer"

    def _carried(self, method: str, target: str, within: float) -> Reply:
        """Ask an engine elsewhere: the SDK's client is a session with a transport for each kind."""
        try:
            answer = self.sdk.request(method, f"{self.sdk.base_url}{target}", timeout=within)
        except Exception as error:  # the SDK lets through whatever its transport raises
            raise Refused(0, str(error)) from error
        return Reply(answer.status_code, str(answer.reason), {}, answer.content)


def is_rootless(info: Known) -> bool:
    """Return whether an ordinary user runs the engine that tells this of itself."""
    return any("name=rootless" in str(each) for each in info.get("SecurityOptions") or ())


def _frames(body: bytes) -> Iterator[bytes]:
    """Yield what each frame of an attached stream holds (engine API, "Stream format")."""
    at = 0
    while at + FRAME_HEADER.size <= len(body):
        _, length = FRAME_HEADER.unpack_from(body, at)
        at += FRAME_HEADER.size
        yield body[at : at + length]
        at += length


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused(0, f"the engine's answer is cut off, or no JSON: {error}") from error


def _complaint(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip()
