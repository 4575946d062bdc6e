"""Ask a Docker engine whether it is there, and judge its answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from lab.hosts.docker.engine.exchange import exchange, parse

MINIMUM_API = (1, 41)
"""The oldest engine API that the lab uses: that of engine 20.10."""

ANSWER_DEADLINE = 10.0
"""Seconds that a running engine may take to answer a ping."""


class Answer(Enum):
    """What a ping met."""

    YES = auto()
    SILENT = auto()  # nobody listens there
    DENIED = auto()  # it is there, but not for this user
    STUCK = auto()  # it takes the question, and gives no answer or an error
    OLD = auto()
    STRANGE = auto()  # something else than an engine answers


@dataclass(frozen=True)
class Ping:
    """The result of one ping: the verdict, the API version if there was one, and what was seen."""

    answer: Answer
    api: tuple[int, int] | None
    seen: str


def ping(url: str) -> Ping:
    """Ask the engine at a ``unix://`` URL for a sign of life."""
    path = url.removeprefix("unix://")
    try:
        reply = exchange(path, "GET", "/_ping", ANSWER_DEADLINE, most=65536)
    except OSError as error:
        return judge_error(error, path)
    return judge_reply(reply)


def judge_error(error: OSError, path: str) -> Ping:
    """Judge the error of a ping through the socket at ``path``."""
    if isinstance(error, PermissionError):
        return Ping(Answer.DENIED, None, f"this user may not use {path} (permission denied)")
    if isinstance(error, TimeoutError):
        return Ping(Answer.STUCK, None, f"no answer from {path} for {ANSWER_DEADLINE:g} s")
    if isinstance(error, FileNotFoundError):
        return Ping(Answer.SILENT, None, f"there is no {path}")
    if isinstance(error, ConnectionError):
        return Ping(Answer.SILENT, None, f"nobody listens at {path} ({error.strerror})")
    return Ping(Answer.STRANGE, None, f"{path}: {error.strerror or error}")


def judge_reply(reply: bytes) -> Ping:
    """Judge the HTTP reply to a ping."""
    told = parse(reply)
    words = told.headers.get("api-version", "").split(".")
    if not told.line or len(words) != 2 or not all(word.isdigit() for word in words):
        seen = f"something answers, but not as an engine: {told.line!r}"
        return Ping(Answer.STRANGE, None, seen)
    api = (int(words[0]), int(words[1]))
    server = told.headers.get("server", "an engine")
    seen = f"{server}, API {api[0]}.{api[1]}"
    if told.status != 200:
        return Ping(Answer.STUCK, api, f"{seen}, is not well: {told.line}")
    if api < MINIMUM_API:
        return too_old(seen)
    return Ping(Answer.YES, api, seen)


def too_old(seen: str) -> Ping:
    """Judge an engine, as it was ``seen``, whose newest API is older than the lab's oldest."""
    wanted = f"the lab needs {MINIMUM_API[0]}.{MINIMUM_API[1]} (engine 20.10) or later"
    return Ping(Answer.OLD, None, f"{seen}; {wanted}")
