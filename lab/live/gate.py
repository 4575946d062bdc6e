"""Who gets in: the one address that the command prints, and nobody by way of another page.

Every request and every websocket must name this machine as its host (a page of somebody else's may
have its own name lead here: DNS rebinding), come from this page or from no page (``Origin``), and
carry the cookie that the one-time token was exchanged for. Each answer says what its page may load
(Content Security Policy Level 3), and that nobody may frame it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTER = "/enter/"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self' {sockets}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""xterm.js makes style sheets of its own; no script may stand in a page."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

ENTERED = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="data:,">
<title>Socket Lab</title>
<p><a href="/">To the lab</a></p></html>
"""
"""A page, and no redirection: a strict cookie goes along only with what this site asks for."""

REFUSED = {
    "host": (421, "This is the lab's page, and it answers to the address that lab live printed."),
    "origin": (403, "Another page has asked for this. Open the address that lab live printed."),
    "key": (403, "The address is used up, or wrong. Open the one that lab live printed last."),
}


class Keys:
    """The token in the address, and the cookie that it becomes.

    A token opens once: ``used`` is called then, and :attr:`token` is another one from then on.
    Where it ``lasts``, it opens for all who have it.
    """

    def __init__(self, name: str, *, lasts: bool = False) -> None:
        """``name`` is the cookie's: cookies of one machine are not kept apart by port."""
        self.name = name
        self.token = secrets.token_urlsafe(24)
        self.used: Callable[[], None] = lambda: None
        self._lasts = lasts
        self._secret = secrets.token_urlsafe(32)

    def opens(self, token: str) -> bool:
        """Tell whether this token opens, and use it up."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return False
        if not self._lasts:
            self.token = secrets.token_urlsafe(24)
            self.used()
        return True

    @property
    def cookie(self) -> str:
        """What sets the cookie (RFC 6265bis): no script reads it, no other site sends it."""
        return f"{self.name}={self._secret}; Path=/; HttpOnly; SameSite=Strict"

    def known(self, cookies: str) -> bool:
        """Tell whether a request's cookies have the right one."""
        try:
            found = SimpleCookie(cookies).get(self.name)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(
            found.value.encode(), self._secret.encode()
        )


class Gate:
    """Lets through what may come in, and refuses all else before it reaches the page."""

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys,
        hosts: Callable[[Scope], Iterable[str]],
        policies: Mapping[str, str] | None = None,
    ) -> None:
        """``hosts`` gives the names, with their ports, by which a request may call this server.

        ``policies`` are those of paths that begin so, where not the page's own.
        """
        self._app = app
        self._keys = keys
        self._hosts = hosts
        self._policies = policies or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    own.setdefault(name, value)
                own["Content-Security-Policy"] = self._policy(scope["path"], host)
            await send(message)

        refused = self._refused(scope, headers, host)
        path: str = scope["path"]
        if refused is None and scope["type"] == "http" and path.startswith(ENTER):
            known = self._keys.known(headers.get("cookie", ""))
            response = self._entered(path.removeprefix(ENTER), known=known)
            await response(scope, receive, guarded)
        elif refused is None and self._keys.known(headers.get("cookie", "")):
            await self._app(scope, receive, guarded)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refusal(refused or "key")(scope, receive, guarded)

    def _refused(self, scope: Scope, headers: Headers, host: str) -> str | None:
        """Return why a request is refused whatever key it has; None where it is not."""
        if len(headers.getlist("host")) != 1 or host not in self._hosts(scope):
            return "host"
        origins = headers.getlist("origin")
        needed = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if (needed and not origins) or any(each != f"http://{host}" for each in origins):
            return "origin"
        return None

    def _entered(self, token: str, *, known: bool) -> Response:
        if known:
            return HTMLResponse(ENTERED)
        if not self._keys.opens(token):
            return _refusal("key")
        return HTMLResponse(ENTERED, headers={"Set-Cookie": self._keys.cookie})

    def _policy(self, path: str, host: str) -> str:
        for begins, policy in self._policies.items():
            if path.startswith(begins):
                return policy
        return POLICY.format(sockets=f"ws://{host}")


def _refusal(why: str) -> Response:
    status, text = REFUSED[why]
    return PlainTextResponse(f"{text}\n", status)
