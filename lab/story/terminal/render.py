"""A timeline rendered for a terminal: ladder, transcripts, socket states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.story.headline import headline
from lab.story.terminal.columns import Columns, columns, fits
from lab.story.terminal.ladder import LIFELINE, ladder
from lab.story.terminal.verdicts import judgement
from lab.story.text import Span, cells, cut, pad, paint, wrap
from lab.story.timeline.fold import fold, quiet
from lab.story.timeline.lifelines import pair_by_pair, parts
from lab.story.timeline.moment import Moment
from lab.story.timeline.timeline import Timeline

LEAST_WIDTH = 60
"""A story is laid out for at least this many cells."""


def render_text(timeline: Timeline, *, width: int, color: bool) -> str:
    """Return the story of a run, at most ``width`` cells wide (no less than 60 are used).

    With ``color`` it holds SGR codes, and no other control character but the line ends in any
    case.
    """
    width = max(width, LEAST_WIDTH)
    lines = [headline(timeline.run, width), *_body(timeline, width), *judgement(timeline, width)]
    return "".join(paint(line, color=color) + "\n" for line in lines)


def _body(timeline: Timeline, width: int) -> Iterator[list[Span]]:
    story, hosts = timeline.moments, timeline.hosts
    for text in timeline.talks:
        yield [Span(cut(text, width), "dim")]
    longest = max((abs(moment.time_ns - timeline.zero_ns) for moment in story), default=0)
    time = max(6, 1 + len(timeline.ms(timeline.zero_ns + longest)))
    if not hosts:
        yield []
        yield [Span("  no program ran, and no packet crossed the wire")]
    passing = timeline.passing
    whole = bool(hosts) and fits(hosts, passing, time, width)
    ladders = [] if whole else pair_by_pair(hosts, story, passing)
    for group, part in [(timeline.abreast, story)] if whole else parts(story, ladders, hosts):
        if part or len(hosts) <= 2:
            yield []
            yield from _drawn(timeline, part, group, time, width)
    if timeline.legend:
        yield []
    for note in timeline.legend:
        for line in wrap(note, width, 2, "  "):
            yield [Span(line, "dim")]


def _drawn(
    timeline: Timeline, part: Sequence[Moment], hosts: Sequence[str], time: int, width: int
) -> Iterator[list[Span]]:
    shortened = quiet(list(part) if timeline.everything else fold(part))
    layout = columns(timeline, hosts, shortened, time, width)
    yield from _headings([timeline.title(host) for host in hosts], layout)
    yield from ladder(shortened, layout, timeline.ms)


def _headings(titles: Sequence[str], layout: Columns) -> Iterator[list[Span]]:
    """Yield the ladder's heading; addresses go below the names where they do not fit beside.

    The name of a router of which nothing is told stands beside its life line.
    """
    names = [each.partition(" ")[0] for each in titles]
    addresses = [each.partition(" ")[2] for each in titles]
    shown = [index for index in range(len(titles)) if index not in layout.passing]
    roomy = all(cells(titles[index]) <= layout.host[index] for index in shown)
    for number, row in enumerate([titles] if roomy else [names, addresses]):
        line = [Span(pad("ms" if number == 0 else "", layout.time, right=True) + "  ", "dim")]
        for index in shown:
            line.append(Span(pad(row[index], layout.host[index]), "bold"))
            line.append(Span(_over(index, names, layout, is_first=number == 0), "dim"))
        yield line


def _over(index: int, names: Sequence[str], layout: Columns, *, is_first: bool) -> str:
    """Return what stands over the wires to the next column: what they are, the routers' names."""
    beyond = range(index + 1, len(names))
    after = next((each for each in beyond if each not in layout.passing), None)
    if after is None:
        return ""
    width = layout.between(index, after) + 2
    if after == index + 1:
        return ("wire" if is_first else "").center(width)
    text = ""
    for column in range(index + 1, after):
        text = pad(text, layout.between(index, column) + 2)
        text += f"{LIFELINE} {names[column]}" if is_first else ""
    return pad(text, width)
