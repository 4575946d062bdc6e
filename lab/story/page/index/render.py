"""The page of all runs: every scenario by part, its outcomes, its thumbnail; and the lab's map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from lab.observation.verdict import Outcome
from lab.story.map.arranged import MapNetwork
from lab.story.page.index.card import HEIGHT, WIDTH
from lab.story.page.template import asset, digest, fill
from lab.story.timeline.fold import count
from lab.wire.address import Family

Json = dict[str, Any]


def render_index(
    cards: Sequence[Json],
    wire: MapNetwork | None,
    parts: Mapping[str, str],
    order: Sequence[str] = (),
) -> str:
    """Return the index of runs; ``parts`` are the course's parts, by letter.

    A card is one of :func:`lab.story.page.index.card.card`, with ``title``, ``part``, ``lectures``
    and ``page`` (where the run's page is) added. ``order`` is that of the course's scenarios.
    """
    places = {name: place for place, name in enumerate(order)}
    by_scenario: dict[str, list[Json]] = {}
    for each in sorted(cards, key=lambda one: one["family"]):
        shown = {"outcome": Outcome[each["outcome"]], "label": Family(each["family"]).label}
        by_scenario.setdefault(each["scenario"], []).append({**each, **shown})
    groups: dict[str, list[Json]] = {}
    for name in sorted(by_scenario, key=lambda one: (places.get(one, len(places)), one)):
        part = by_scenario[name][0]["part"]
        groups.setdefault(part, []).append(_scenario(name, by_scenario[name], parts))
    titled = [
        (_titled(part, parts), groups[part])
        for part in sorted(groups, key=lambda part: part or "~")
    ]
    counts = Counter(card["outcome"] for card in cards)
    lectures = {number for card in cards for number in card["lectures"]}
    script = asset("index.js")
    return fill(
        "index.html",
        style=asset("page.css") + asset("index.css"),
        script=script,
        digest=digest(script),
        groups=titled,
        chips={"parts": sorted(filter(None, groups)), "lectures": sorted(lectures)},
        failed=sum(one["failed"] for group in groups.values() for one in group),
        outcomes=[
            (outcome, _count(outcome, counts)) for outcome in Outcome if counts[outcome.name]
        ],
        map=drawn(wire) if wire else "",
        width=WIDTH,
        height=HEIGHT,
    )


def _scenario(name: str, runs: Sequence[Json], parts: Mapping[str, str]) -> Json:
    """Return a scenario: its runs, its title, the words that a search finds it by."""
    first = runs[0]
    heading = str(first.get("heading") or name)
    words = f"{name} {heading} {first['title']} {_titled(first['part'], parts)}"
    failed = any(run["outcome"] is not Outcome.HOLDS for run in runs)
    return {
        "name": name,
        "heading": heading,
        "runs": runs,
        "failed": failed,
        "words": words.lower(),
    }


def _titled(part: str, parts: Mapping[str, str]) -> str:
    return f"Part {part}: {parts[part]}" if part in parts else "Not in the course"


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
