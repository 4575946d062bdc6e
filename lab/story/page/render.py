"""A run as one HTML page that needs nothing else: the ladder, each packet, verdicts, the lesson."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from lab.observation.foreign import is_foreign
from lab.observation.store import TAPS
from lab.story.headline import headline
from lab.story.page.coloured import coloured
from lab.story.page.colours import colours
from lab.story.page.conversations import conversations
from lab.story.page.decrypted import decrypted
from lab.story.page.field_words import purposes
from lab.story.page.hops import hops
from lab.story.page.ip_headers import side_by_side
from lab.story.page.ladder import picture
from lab.story.page.ladder.frame import NARROW, WIDE
from lab.story.page.lesson import Lesson, anchor, heading, rendered
from lab.story.page.origins import origins
from lab.story.page.overview import lasted, overview
from lab.story.page.packets import MOST_TAKEN_APART, Words, anatomy, row
from lab.story.page.reading import KEYS, SIGNS, glossary
from lab.story.page.sections import cause_rows, files, programs, verdict_rows
from lab.story.page.see import badged, by_title
from lab.story.page.some_hosts import groups, hosts_of_rows, only
from lab.story.page.template import asset, digest, fill
from lab.story.timeline.talks import rows
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family

__all__ = ["Lesson", "render_page"]

SCRIPTS = (
    *("data", "ladder", "fields", "headers", "hops", "sight", "packet", "between", "tabs"),
    *("code", "table", "folds", "acks", "filter", "print", "help", "start"),
)
"""The page's scripts in their order: each needs only what stands before it, or what is called."""

FIRST_ROWS = 100
"""Rows of the table of packets that are there from the beginning; a button adds the others."""


def render_page(
    timeline: Timeline,
    lesson: Lesson | None = None,
    *,
    others: Mapping[str, str] | None = None,
    index: str = "",
    command: str = "",
) -> str:
    """Return the page of a run.

    ``others`` are links to pages of the same scenario by what they are called (the other IP
    version), ``index`` a link to all runs, ``command`` what makes this run again. Whatever
    programs printed and packets carried is text in the page, never markup.
    """
    lesson = lesson or Lesson()
    observation = timeline.observation
    first = next((each.transit.number for each in timeline.arrows), -1)
    script = Markup("").join(asset(f"{each}.js") for each in SCRIPTS)
    versions = observation.versions
    images = {what: own for what, own in versions.items() if what.startswith("Image ")}
    waits = any(each.traced for each in observation.transcripts)
    words = Words()
    packets = anatomy(timeline, words)
    table = packets["packets"]
    opened = decrypted(timeline)
    shown, badges = badged(timeline, lesson)
    talks, asked, talk_of = conversations(timeline)
    told = [shown]
    if timeline.acks and len(timeline.transits) <= MOST_TAKEN_APART:
        told.append(shown.with_acks())
    numbers = rows(timeline.arrows)
    of_rows = hosts_of_rows(timeline, numbers) if talks else []
    fewer = groups(of_rows, timeline)
    drawn = [
        [
            picture.inside(each, width, words, table, first=first, talks=numbers)
            for width in (WIDE, NARROW)
        ]
        for each in (*told, *(only(shown, hosts) for hosts in fewer))
    ]
    ladders = [
        [(look, ladder) for look, (ladder, _) in zip(("wide", "slim"), each, strict=True)]
        for each in drawn
    ]
    return fill(
        "page.html",
        run=observation,
        title=lesson.title or observation.scenario,
        heading=heading(lesson.readme) or lesson.title or observation.scenario,
        outcome=timeline.run.outcome,
        headline="".join(span.text for span in headline(timeline.run, 200)),
        style=asset("ladder.css") + asset("page.css") + asset("panel.css"),
        script=script,
        digest=digest(script),
        ladders=ladders[0],
        acked=ladders[1] if len(told) > 1 else [],
        fewer=ladders[len(told) :],
        acks=len(timeline.acks),
        timeline=timeline,
        rows=[row(each, words) for each in table[:FIRST_ROWS]],
        more=max(len(timeline.transits) - FIRST_ROWS, 0),
        data={
            **packets,
            "hops": hops(timeline, words),
            "decrypted": {each.number: each.said for each in opened},
            "origins": origins(timeline, lesson),
            "purposes": purposes(packets["shapes"]),
            "words": words.known,
            "talks": asked,
            "talkOf": talk_of,
            "hostsOf": of_rows,
            "groups": fewer,
            "folds": [folds for each in drawn for _, folds in each],
        },
        talks=talks,
        decrypted=opened,
        bars=overview(timeline),
        lasted=lasted(timeline),
        verdicts=verdict_rows(timeline),
        causes=cause_rows(timeline),
        programs=programs(timeline, lesson),
        waits=waits,
        colours=colours(shown, waits=waits),
        captures=files(observation),
        all_taps=TAPS,
        foreign=is_foreign(observation),
        versions=side_by_side(timeline, timeline.sister) if timeline.sister else [],
        compares=all(family.label in lesson.title for family in Family),
        badges=by_title(badges.values()),
        versions_of={
            what: own
            for what, own in versions.items()
            if what not in images and not what.startswith("Digest of ")
        },
        images=images,
        lesson=rendered(
            lesson,
            timeline.run.family,
            other=next(iter((others or {}).values()), ""),
            badges={comment: (each.number, each.place) for comment, each in badges.items()},
        ),
        picture=asset("reading.svg"),
        signs=SIGNS,
        keys=KEYS,
        glossary=glossary(lesson.glossary),
        sources=list(_sources(lesson)),
        others=others or {},
        index=index,
        command=command,
    )


def _sources(lesson: Lesson) -> Iterator[dict[str, Any]]:
    """Yield each program with its lines in colour; no element of one line goes on in the next."""
    for name, text in lesson.programs.items():
        lines = (
            coloured(text, "python" if name.endswith(".py") else "text").rstrip("\n").split("\n")
        )
        yield {"name": name, "anchor": anchor(name), "lines": lines}
