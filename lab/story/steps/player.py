"""The steps of a run as one HTML page that needs nothing else: a player with slider and keys."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from lab.observation.steps.walk import Step, Walk
from lab.story.page.template import asset, digest, fill, plain
from lab.story.steps.telling import happened, head, socket_words, where, who
from lab.story.text import harmless


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
    data = {
        "programs": [asdict(each) for each in walk.programs],
        "sources": {
            host: {name: plain(text) for name, text in files.items()}
            for host, files in walk.sources.items()
        },
        "steps": [_step(walk, step) for step in walk.steps],
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


def _step(walk: Walk, step: Step) -> dict[str, Any]:
    told = asdict(step)
    for name in ("notes", "calls", "began_ns", "ended_ns", "sockets"):
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
        "socketWords": [socket_words(each) for each in step.sockets],
        "where": [(lane.program, f"{who(walk, lane)} {where(lane)}") for lane in step.lanes],
    }


def _json(data: object) -> Markup:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end within it
