"""The steps of a run as one HTML page that needs nothing else: a player with slider and keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from lab.observation.steps.walk import Lane, Step, Stepped, Walk
from lab.story.page.template import asset, digest, fill, plain
from lab.story.steps.telling import happened, head, socket_words, where, who
from lab.story.text import harmless

T = TypeVar("T")


class Tells:
    """Tells the player of a walk's steps, each once: all at the end, or as they come.

    What many steps have in common is told once, in a row of a table, and steps name it by its
    number.
    """

    def __init__(self) -> None:
        self._lanes = _Table[tuple[str, Lane]]()
        self._sockets = _Table[str]()
        self._told = 0
        self._programs: tuple[Stepped, ...] = ()
        self._sources: Mapping[str, Mapping[str, str]] = {}

    def more(self, walk: Walk) -> dict[str, Any]:
        """Return what is new in a walk since it was told of last, for the player's ``add``."""
        steps = [_step(walk, step, self._lanes, self._sockets) for step in walk.steps[self._told :]]
        told: dict[str, Any] = {
            "first": self._told,
            "lanes": [{**asdict(lane), "words": words} for words, lane in self._lanes.new()],
            "sockets": self._sockets.new(),
            "steps": steps,
        }
        if walk.programs != self._programs or walk.sources != self._sources:
            told["programs"] = [asdict(each) for each in walk.programs]
            told["sources"] = {
                host: {name: plain(text) for name, text in files.items()}
                for host, files in walk.sources.items()
            }
        self._told = len(walk.steps)
        self._programs, self._sources = walk.programs, walk.sources
        return told


def body(empty: str) -> Markup:
    """Return the player's markup, which says ``empty`` until a step is shown."""
    return fill("player.html", empty=empty)


def script() -> Markup:
    """Return the script of a walk's own page."""
    return asset("player.js") + asset("steps.js")


def player(walk: Walk, opens: int | None = None) -> str:
    """Return the page of a walk, which opens at the step of the number ``opens``.

    Without a number it opens at the first step, or at the last where the walk went wrong. What
    programs printed and packets carried is text in the page, never markup.
    """
    result = walk.result
    failed = result is None or result.exit_status != 0
    if opens is None:
        opens = len(walk.steps) - 1 if failed else 0
    return fill(
        "steps.html",
        walk=walk,
        result=result.text if result else "the walk was not finished",
        failed=failed,
        body=body("Turn JavaScript on to see the steps."),
        style=asset("steps.css"),
        script=script(),
        digest=digest(script()),
        data=_json({**Tells().more(walk), "opens": opens}),
    )


class _Table(Generic[T]):
    """What many steps have in common, once: steps name a row by its number."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}
        self._new: list[T] = []

    def new(self) -> list[T]:
        """Return the rows that have come since this was asked for last."""
        new, self._new = self._new, []
        return new

    def number(self, row: T) -> int:
        if row not in self._numbers:
            self._numbers[row] = len(self._numbers)
            self._new.append(row)
        return self._numbers[row]


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
