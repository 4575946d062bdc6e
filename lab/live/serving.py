"""Serves the live page until Ctrl-C: on 127.0.0.1 to touch, elsewhere only to look."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp, Scope

from lab import interruption
from lab.clone import Clone
from lab.errors import UsageError
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient
from lab.live.app import app
from lab.live.gate import ENTER, Gate, Keys
from lab.live.live import Live
from lab.live.page import policies

LOOPBACK = "127.0.0.1"
ENDS_WITHIN = 5
"""Seconds that open pages have to be told of the end."""


@dataclass(frozen=True)
class Wanted:
    """How to serve: on which port (0: any), whether others may look, whether shells may be root's.

    ``chosen`` is the scenario that is ready to be run.
    """

    port: int = 0
    share: bool = False
    root: bool = False
    chosen: str = ""


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def serve(
    clone: Clone, client: EngineClient, wanted: Wanted, say: Say, tell: Callable[[str], None]
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; ``tell`` gets the addresses to open.

    Raises UsageError where the port is taken.
    """
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        """End in good order; at once where that is asked for again: hosts notice by themselves."""
        if over.is_set():
            os._exit(interruption.STATUS)
        over.set()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, interrupted)
    own = _listening(LOOPBACK, wanted.port)
    shared = _listening("0.0.0.0", 0) if wanted.share else None  # noqa: S104 - it was asked for
    async with Live.opened(clone, client, say) as live:
        port = own.getsockname()[1]
        keys = Keys(f"socketlab-live-{port}")

        def address() -> None:
            tell(f"http://{LOOPBACK}:{port}{ENTER}{keys.token}")

        keys.used = address
        live.chosen = wanted.chosen
        own_app = app(live, touches=True, root=wanted.root)
        touching = Gate(own_app, keys, _at(port, LOOPBACK, "localhost"), policies())
        serving = [_begin(touching, own)]
        if shared is not None:
            serving.append(_begin(_looking(live, shared, tell), shared))
        address()
        ended = asyncio.create_task(over.wait())
        tasks = [task for _, task in serving]
        await asyncio.wait((ended, *tasks), return_when=asyncio.FIRST_COMPLETED)
        for server, _ in serving:
            server.should_exit = True
        await asyncio.gather(*tasks)
        ended.cancel()


def _looking(live: Live, shared: socket.socket, tell: Callable[[str], None]) -> ASGIApp:
    """Return what serves those who may look only, and tell their address."""
    port = shared.getsockname()[1]
    keys = Keys(f"socketlab-look-{port}", lasts=True)
    tell(f"To look only: http://{_own_address()}:{port}{ENTER}{keys.token}")

    def hosts(scope: Scope) -> Iterable[str]:
        """Give the address at which the request came in: no name leads here."""
        server = scope.get("server")
        return [f"{server[0]}:{port}"] if server else []

    return Gate(app(live, touches=False), keys, hosts, policies())


def _at(port: int, *names: str) -> Callable[[Scope], Iterable[str]]:
    known = [f"{name}:{port}" for name in names]
    return lambda _: known


def _begin(served: ASGIApp, listening: socket.socket) -> tuple[Server, asyncio.Task[None]]:
    config = uvicorn.Config(
        served,
        ws="websockets-sansio",
        http="h11",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=1 << 17,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=ENDS_WITHIN,
    )
    server = Server(config)
    return server, asyncio.create_task(server.serve([listening]))


def _listening(address: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
    except OSError as error:
        listening.close()
        raise UsageError(
            f"serving the page on port {port}", str(error.strerror), "leave out --port"
        ) from error
    listening.listen(128)
    return listening


def _own_address() -> str:
    """Return this machine's address on the network around it; no packet is sent for this."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, contextlib.suppress(OSError):
        asked.connect(("192.0.2.1", 9))  # RFC 5737: nobody has this address
        return str(asked.getsockname()[0])
    return LOOPBACK
