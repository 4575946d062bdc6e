"""What is served: the page and its files, packets, captures, runs' pages, and two websockets.

There are two of these: one that touches, for who started it, and one that looks only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from lab.live.between import between
from lab.live.live import Live
from lab.live.page import OF_A_RUN, SCRIPTS_HERE, WHOLE, page
from lab.live.viewers import Viewer
from lab.story.page.template import asset

OF_STORY = (*OF_A_RUN, "ladder.css", "page.css", "panel.css", "steps.css")
"""Files of a run's page that the live page uses as they are."""

KINDS = {".js": "text/javascript", ".css": "text/css"}
SAVED = "application/octet-stream"
MOST_ASKED = 1 << 16
"""Characters of what a page may ask in one message."""


def app(live: Live, *, touches: bool, root: bool = False) -> Starlette:
    """Return what serves the page; ``root`` lets terminals be root's."""

    async def shown(_: Request) -> Response:
        return HTMLResponse(page(live, touches=touches, root=root))

    async def static(request: Request) -> Response:
        found = _static(request.path_params["name"])
        return found or PlainTextResponse("There is no such file.\n", 404)

    async def packet(request: Request) -> Response:
        found = live.ladder.items.taken_apart(request.path_params["number"])
        return JSONResponse(found, 404 if found is None else 200)

    async def items(_: Request) -> Response:
        return JSONResponse(live.snapshot())

    async def walk(_: Request) -> Response:
        return JSONResponse(live.runs.walk)

    async def capture(request: Request) -> Response:
        name = request.path_params["host"]
        parts = live.captures.read(name) if name in live.lab.hosts else None
        if parts is None:
            return PlainTextResponse("Nothing was captured there.\n", 404)
        return StreamingResponse(parts, media_type=SAVED, headers=_named(f"{name}.pcap"))

    async def crossed(request: Request) -> Response:
        first_ns, last_ns = (request.path_params[each] for each in ("first", "last"))
        parts = between(live.captures, live.hosts.known.names, first_ns, last_ns)
        headers = _named("not-drawn.pcapng")
        return StreamingResponse(parts, media_type=SAVED, headers=headers)

    async def kept(request: Request) -> Response:
        return await asyncio.to_thread(_kept, live.clone.out, request.path_params["path"])

    async def follow(socket: WebSocket) -> None:
        await _follow(socket, live, Viewer(touches))

    async def terminal(socket: WebSocket) -> None:
        user = "root" if root and socket.query_params.get("root") else "student"
        await live.terminals.serve(socket, socket.path_params["host"], user)

    routes: list[BaseRoute] = [
        Route("/", shown),
        Route("/static/{name}", static),
        Route("/packet/{number:int}", packet),
        Route("/items", items),
        Route("/walk", walk),
        Route("/capture/{host}.pcap", capture),
        Route("/between/{first:int}-{last:int}.pcapng", crossed),
        Route("/out/{path:path}", kept),
        WebSocketRoute("/follow", follow),
    ]
    if touches:
        routes.append(WebSocketRoute("/terminal/{host}", terminal))
    return Starlette(routes=routes)


async def _follow(socket: WebSocket, live: Live, viewer: Viewer) -> None:
    """Tell a page what happens, and do what it asks, until it closes."""
    await socket.accept()
    live.join(viewer)

    async def tell() -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            async for text in viewer.messages():
                await socket.send_text(text)

    telling = asyncio.create_task(tell())
    doing: set[asyncio.Task[None]] = set()
    try:
        while True:
            text = await socket.receive_text()
            with contextlib.suppress(ValueError):
                asked = json.loads(text) if len(text) <= MOST_ASKED else None
                if isinstance(asked, dict):
                    task = asyncio.create_task(live.do(viewer, asked))
                    doing.add(task)
                    task.add_done_callback(doing.discard)
    except WebSocketDisconnect:
        pass
    finally:
        telling.cancel()
        # A fault that is being set belongs to this page too: so wait for it, then undo all.
        await asyncio.gather(*doing, return_exceptions=True)
        await live.leave(viewer)


@cache
def _static(name: str) -> Response | None:
    """Return a file of the page; None for any other."""
    kind = KINDS.get(Path(name).suffix)
    if kind is None or "/" in name:
        return None
    if name == WHOLE:
        parts = [found.body for each in SCRIPTS_HERE if (found := _static(each)) is not None]
        return Response(b"\n".join(map(bytes, parts)), media_type=kind)
    if name in OF_STORY:
        return Response(str(asset(name)), media_type=kind)
    for folder in ("page", "page/xterm"):
        file = files("lab.live").joinpath(folder, name)
        if file.is_file():
            return Response(file.read_bytes(), media_type=kind)
    return None


def _kept(out: Path, path: str) -> Response:
    """Return a file of a kept run: a page, or something to save."""
    file = (out / path).resolve()
    if not file.is_relative_to(out.resolve()) or not file.is_file():
        return PlainTextResponse("No run has kept such a file.\n", 404)
    content = file.read_bytes()
    if file.suffix == ".html":
        return HTMLResponse(content)
    return _download(content, file.name)


def _download(content: bytes, name: str) -> Response:
    return Response(content, media_type=SAVED, headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
