"""What a lesson says to look at: the packets and lines that its README names, with their numbers.

``<!-- see: client sends SYN -->`` in a README, behind the words that are about that packet, puts a
numbered badge there and on the packet's arrow. ``prints`` names a printed line instead, ``enters``
the packet by which a socket came into a state, and ``(2)`` at the end means the second such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lab.story.page.lesson import Lesson
from lab.story.page.sections import anchors
from lab.story.timeline.moment import MARKED, SEEN, Arrow, Moment
from lab.story.timeline.note import Note
from lab.story.timeline.timeline import Timeline
from lab.wire.describe import LONGEST_QUOTE

SEE = re.compile(
    r"<!-- see: (?P<host>\S+) (?P<how>sends|prints|enters) (?P<what>.+?)(?: \((?P<nth>\d+)\))? -->"
)
_TITLE = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_NUMBERED = re.compile(r"^#\d+ ")

BADGES = "❶❷❸❹❺❻❼❽❾❿"
"""What stands on an arrow: the numbers from 1 to 10."""


@dataclass(frozen=True)
class Sight:
    """One thing to see, as a README names it; ``title`` is what it calls it."""

    comment: str
    host: str
    how: str
    what: str
    nth: int
    title: str


@dataclass(frozen=True)
class Badge:
    """A thing to see that is in the picture; ``place`` is the name of its packet or line."""

    number: int
    title: str
    place: str


def sights(readme: str) -> list[Sight]:
    """Return what a README says to look at, in its order; ten at the most."""
    found = []
    for match in islice(SEE.finditer(readme), len(BADGES)):
        paragraph = re.split(r"\n\s*\n|^\s*(?:\d+\.|-) ", readme[: match.start()], flags=re.M)[-1]
        title = _TITLE.search(paragraph) or _TITLE.search(readme, match.start())
        words = " ".join(title[1].split()).rstrip(".:") if title else match["what"]
        nth = int(match["nth"] or 1)
        found.append(Sight(match[0], match["host"], match["how"], match["what"], nth, words))
    return found


def badged(timeline: Timeline, lesson: Lesson) -> tuple[Timeline, dict[str, Badge]]:
    """Return the timeline with badges on what a lesson says to look at, and the badges.

    They are by the comments of the README. What is not in the picture has none.
    """
    names = anchors(timeline.observation)
    moments = list(timeline.moments)
    badges: dict[str, Badge] = {}
    for number, sight in enumerate(sights(lesson.readme), start=1):
        place = find(sight, moments, _spoken(timeline, lesson))
        if place is None or sight.comment in badges:
            continue
        moment = moments[place]
        if isinstance(moment, Arrow):
            name = f"packet-{moment.transit.number}"
        else:
            name = names.get(id(moment.line), "")
        badges[sight.comment] = Badge(number, sight.title, name)
        moments[place] = _marked(moment, BADGES[number - 1])
    return replace(timeline, moments=tuple(moments)), badges


def by_title(badges: Iterable[Badge]) -> dict[str, list[Badge]]:
    """Return the badges of things in the picture by what a lesson calls them, each title once."""
    found: dict[str, list[Badge]] = {}
    for badge in badges:
        if badge.place:
            found.setdefault(badge.title, []).append(badge)
    return found


def unseen(readme: str, timeline: Timeline) -> list[str]:
    """Return the comments of a README that name nothing in the picture of this run."""
    _, badges = badged(timeline, Lesson(readme=readme))
    written = re.findall(r"<!-- see:.*?-->", readme)
    return [each for each in written if each not in badges]


def find(sight: Sight, moments: Sequence[Moment], words: Mapping[str, str]) -> int | None:
    """Return where among the moments a thing to see is; None where it is not.

    ``words`` are those of a run, by what they are in a README.
    """
    what = sight.what
    for written, said in words.items():
        what = re.sub(rf"\b{re.escape(written)}\b", said.replace("\\", r"\\"), what)
    ranked = [(rank, at) for at, each in enumerate(moments) for rank in _fits(sight, what, each)]
    best = min((rank for rank, _ in ranked), default=0)
    places = [at for rank, at in ranked if rank == best]
    return places[sight.nth - 1] if len(places) >= sight.nth else None


def _fits(sight: Sight, what: str, moment: Moment) -> Iterator[int]:
    """Yield how well a moment fits, the best first: 0 where it is just what is named."""
    if sight.how == "sends":
        if isinstance(moment, Arrow) and moment.transit.sender == sight.host:
            said = _NUMBERED.sub("", moment.label.fit(LONGEST_QUOTE))
            if what in (said, moment.label.kind):
                yield 0
            elif said.startswith(what):
                yield 1
            elif re.search(rf"(?<!\w){re.escape(what)}(?!\w)", said):
                yield 2
    elif sight.how == "enters":
        if any(each.host == sight.host and each.state == what for each in moment.notes):
            yield 0
    elif isinstance(moment, Note) and moment.host == sight.host and moment.line is not None:
        if moment.line.text == what:
            yield 0
        elif what in moment.line.text:
            yield 1


def _spoken(timeline: Timeline, lesson: Lesson) -> dict[str, str]:
    own = timeline.observation.words
    return {written: own[name] for name, written in lesson.words.items() if name in own}


def _marked(moment: Moment, badge: str) -> Moment:
    weight = moment.weight if moment.weight == MARKED else SEEN
    if isinstance(moment, Note):
        return replace(moment, text=f"{moment.text}  {badge}", weight=weight)
    label = replace(moment.label, notes=(*moment.label.notes, badge), weight=weight)
    return replace(moment, label=label)
