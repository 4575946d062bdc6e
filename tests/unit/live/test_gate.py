"""Who gets in: refused are a strange host, a strange origin, and whoever has no key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from lab.live.gate import ENTER, Gate, Keys

HOST = "127.0.0.1:8000"
KEYS = "socketlab-live-8000"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand for the page: it is reached, or it is not."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


class Asked:
    """What a request was answered."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = list(messages)
        first = self.messages[0]
        self.status = first.get("status")
        self.headers = {
            name.decode().lower(): value.decode() for name, value in first.get("headers", [])
        }
        self.text = b"".join(each.get("body", b"") for each in self.messages).decode()


def ask(
    keys: Keys,
    path: str = "/",
    *,
    kind: str = "http",
    method: str = "GET",
    **headers: str | None,
) -> Asked:
    """Send a request through a gate; ``headers`` with underscores, None leaves one out."""
    given = {"host": HOST, **headers}
    sent: list[Message] = []
    scope: dict[str, Any] = {
        "type": kind,
        "path": path,
        "method": method,
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in given.items()
            if value is not None
        ],
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    gate = Gate(page, keys, lambda _: [HOST, "localhost:8000"], {"/out/": "default-src 'none'"})
    asyncio.run(gate(scope, receive, send))
    return Asked(sent)


@pytest.fixture
def keys() -> Keys:
    return Keys(KEYS)


@pytest.fixture
def cookie(keys: Keys) -> str:
    """Give the cookie that the token was exchanged for."""
    return str(ask(keys, ENTER + keys.token).headers["set-cookie"].partition(";")[0])


def test_the_token_becomes_a_cookie_that_no_script_reads_and_no_other_site_sends(
    keys: Keys,
) -> None:
    entered = ask(keys, ENTER + keys.token)
    assert entered.status == 200
    assert entered.headers["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert "<script" not in entered.text


def test_a_token_opens_once_and_the_next_one_is_told(keys: Keys) -> None:
    told: list[str] = []
    keys.used = lambda: told.append(keys.token)
    token = keys.token
    assert ask(keys, ENTER + token).status == 200
    again = ask(keys, ENTER + token)
    assert again.status == 403
    assert "set-cookie" not in again.headers
    assert told == [keys.token]
    assert told != [token]


def test_who_is_in_may_use_an_old_address_again(keys: Keys, cookie: str) -> None:
    again = ask(keys, f"{ENTER}used-up", cookie=cookie)
    assert again.status == 200
    assert "set-cookie" not in again.headers


def test_a_shared_token_lasts() -> None:
    keys = Keys("look", lasts=True)
    token = keys.token
    assert [ask(keys, ENTER + token).status for _ in range(3)] == [200, 200, 200]


def test_with_the_cookie_the_page_is_there(keys: Keys, cookie: str) -> None:
    assert ask(keys, cookie=cookie).text == "the page"
    assert ask(keys, cookie=cookie, host="localhost:8000").text == "the page"


@pytest.mark.parametrize("path", ["/", "/static/data.js", "/packet/1", "/out/a/page.html"])
def test_without_a_key_nothing_is_there(keys: Keys, path: str) -> None:
    assert ask(keys, path).status == 403
    assert ask(keys, path, cookie=f"{KEYS}=guessed").status == 403
    assert ask(keys, path, cookie="{{{;=;;").status == 403
    assert ask(keys, ENTER + "guessed").status == 403


@pytest.mark.parametrize(
    "host", [None, "", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", "127.0.0.1:8000.evil"]
)
def test_another_host_is_refused_whatever_key_it_has(
    keys: Keys, cookie: str, host: str | None
) -> None:
    assert ask(keys, cookie=cookie, host=host).status == 421
    assert ask(keys, ENTER + keys.token, host=host).status == 421


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:8001", ""],
)
def test_another_origin_is_refused_whatever_key_it_has(
    keys: Keys, cookie: str, origin: str
) -> None:
    assert ask(keys, cookie=cookie, origin=origin).status == 403
    closed = ask(keys, kind="websocket", cookie=cookie, origin=origin)
    assert closed.messages == [{"type": "websocket.close", "code": 1008}]


def test_a_websocket_needs_host_origin_and_key(keys: Keys, cookie: str) -> None:
    origin = f"http://{HOST}"
    accepted = [{"type": "websocket.accept"}]
    assert ask(keys, kind="websocket", cookie=cookie, origin=origin).messages == accepted
    for lacks in (
        {"cookie": cookie},
        {"origin": origin},
        {"cookie": cookie, "origin": origin, "host": "evil.example"},
    ):
        assert ask(keys, kind="websocket", **lacks).messages != accepted


def test_what_changes_something_must_say_where_it_comes_from(keys: Keys, cookie: str) -> None:
    assert ask(keys, cookie=cookie, method="POST").status == 403
    assert ask(keys, cookie=cookie, method="POST", origin=f"http://{HOST}").status == 200


def test_every_answer_says_what_its_page_may_load(keys: Keys, cookie: str) -> None:
    for answer in (ask(keys, cookie=cookie), ask(keys), ask(keys, host="evil.example")):
        policy = answer.headers["content-security-policy"]
        scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))
        assert scripts == "script-src 'self'"
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    own = ask(keys, "/out/a/page.html", cookie=cookie).headers["content-security-policy"]
    assert own == "default-src 'none'"
