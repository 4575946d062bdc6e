"""The steps of a run as one HTML page that needs nothing else: a player with slider and keys."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from lab.observation.steps.walk import Lane, Step, Walk
from lab.story.page.template import asset, digest, fill, plain
from lab.story.steps.telling import happened, head, socket_words, where, who
from lab.story.text import harmless

T = TypeVar("T")


def player(walk: Walk, opens: int | None = None) -> str:
    """Return the page of a walk, which opens at the step of the number ``opens``.

    Without a number it opens at the first step, or at the last where the walk went wrong. What
    programs printed and packets carried is text in the page, never markup.
    """
    result = walk.result
    failed = result is None or result.exit_status != 0
    last = len(walk.steps) - 1
    script = asset("steps.js")
    if opens is None:
        opens = last if failed else 0
    lanes, sockets = _Table[tuple[str, Lane]](), _Table[str]()
    steps = [_step(walk, step, lanes, sockets) for step in walk.steps]
    data = {
        "programs": [asdict(each) for each in walk.programs],
        "sources": {
            host: {name: plain(text) for name, text in files.items()}
            for host, files in walk.sources.items()
        },
        "lanes": [{**asdict(lane), "words": words} for words, lane in lanes.rows],
        "sockets": sockets.rows,
        "steps": steps,
        "opens": opens,
    }
    return fill(
        "steps.html",
        walk=walk,
        result=result.text if result else "the walk was not finished",
        failed=failed,
        last=last,
        style=asset("steps.css"),
        script=script,
        digest=digest(script),
        data=_json(data),
    )


class _Table(Generic[T]):
    """What many steps have in common, once: steps name a row by its number."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    @property
    def rows(self) -> list[T]:
        return list(self._numbers)

    def number(self, row: T) -> int:
        return self._numbers.setdefault(row, len(self._numbers))


def _step(
    walk: Walk, step: Step, lanes: _Table[tuple[str, Lane]], sockets: _Table[str]
) -> dict[str, Any]:
    told = asdict(replace(step, lanes=(), sockets=()))
    for name in ("notes", "calls", "began_ns", "ended_ns"):
        del told[name]
    before = walk.steps[step.number - 1] if step.number else None
    for each in told["printed"]:
        each["text"] = plain(each["text"])
    for each in told["variables"]:
        each["text"] = None if each["text"] is None else harmless(each["text"])
    for each in told["packets"]:
        del each["style"], each["kind"]
    return {
        **told,
        "head": head(walk, step),
        "told": [(kind, text) for kind, text in happened(walk, before, step)],
        "sockets": [sockets.number(socket_words(each)) for each in step.sockets],
        "lanes": [lanes.number((f"{who(walk, lane)} {where(lane)}", lane)) for lane in step.lanes],
    }


def _json(data: object) -> Markup:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end within it
