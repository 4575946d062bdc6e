"""The page of all runs: every scenario by part, its outcomes, its thumbnail; and the lab's map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from lab.observation.verdict import Outcome
from lab.story.map.arranged import MapNetwork
from lab.story.page.index.card import HEIGHT, WIDTH
from lab.story.page.template import asset, fill
from lab.story.timeline.fold import count
from lab.wire.address import Family

Json = dict[str, Any]


def render_index(cards: Sequence[Json], wire: MapNetwork | None, parts: Mapping[str, str]) -> str:
    """Return the index of runs; ``parts`` are the course's parts, by letter.

    A card is one of :func:`lab.story.page.index.card.card`, with ``title``, ``part``, ``lectures``
    and ``page`` (where the run's page is) added.
    """
    groups: dict[str, dict[str, list[Json]]] = {}
    for each in sorted(cards, key=lambda one: (one["scenario"], one["family"])):
        shown = {"outcome": Outcome[each["outcome"]], "label": Family(each["family"]).label}
        runs = groups.setdefault(each["part"], {}).setdefault(each["scenario"], [])
        runs.append({**each, **shown})
    titled = [
        (f"Part {part}: {parts[part]}" if part in parts else "Not in the course", groups[part])
        for part in sorted(groups, key=lambda part: part or "~")
    ]
    counts = Counter(card["outcome"] for card in cards)
    return fill(
        "index.html",
        style=asset("page.css") + asset("index.css"),
        groups=titled,
        outcomes=[
            (outcome, _count(outcome, counts)) for outcome in Outcome if counts[outcome.name]
        ],
        map=drawn(wire) if wire else "",
        width=WIDTH,
        height=HEIGHT,
    )


def drawn(wire: MapNetwork) -> Markup:
    """Return the map as HTML that fits any width."""
    return fill("topology.html", wire=wire)


def _count(outcome: Outcome, counts: Counter[str]) -> str:
    """Return how many runs ended so, as the table in the terminal says it."""
    number = counts[outcome.name]
    if outcome is Outcome.HOLDS:
        return f"{number} of {count(counts.total(), 'run')} hold"
    if outcome is Outcome.FAILS:
        return f"{number} {'does' if number == 1 else 'do'} not hold"
    return f"{number} could not be judged"
