"""An observation rendered as a story for a terminal: ladder, transcripts, socket states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lab.observation import Observation
from lab.story.choice import Told, choose, left_out, numbers
from lab.story.columns import columns
from lab.story.crossing import crossings
from lab.story.fold import fold, quiet
from lab.story.grouping import groups, order, share
from lab.story.judgement import headline, judgement
from lab.story.label import label, summary
from lab.story.ladder import ladder
from lab.story.moment import Arrow, Beside, Moment, moments
from lab.story.text import Span, cells, cut, harmless, pad, paint, wrap
from lab.verdict import Verdict

LEAST_WIDTH = 60
"""A story is laid out for at least this many cells."""

MOST_TALKS = 6

__all__ = ["render", "summary"]


def render(
    observation: Observation,
    *,
    width: int,
    color: bool,
    verdicts: Sequence[Verdict] = (),
    everything: bool = False,
) -> str:
    """Return the story of a run, at most ``width`` cells wide (no less than 60 are used).

    With ``everything`` no packet is left out or folded. With ``color`` it holds SGR codes, and no
    other control character but the line ends in any case.
    """
    width = max(width, LEAST_WIDTH)
    lines = [headline(observation, verdicts, width)]
    lines += _body(observation, width, everything=everything)
    lines += judgement(observation, verdicts, width)
    return "".join(paint(line, color=color) + "\n" for line in lines)


def _body(observation: Observation, width: int, *, everything: bool) -> Iterator[list[Span]]:
    told = [(crossing, label(crossing)) for crossing in crossings(observation)]
    drawn, rest = choose(told, observation, everything=everything)
    numbered = numbers(drawn)
    drawn = [
        (crossing, replace(each, words=f"#{numbered[crossing.talk]} {each.words}".strip()))
        if crossing.talk in numbered
        else (crossing, each)
        for crossing, each in drawn
    ]
    story = moments(observation, drawn, numbered, everything=everything)
    acks = sum(each.kind == "ack" for _, each in drawn) - sum(
        isinstance(moment, Arrow) and moment.label.kind == "ack" for moment in story
    )
    yield from _talks(drawn, width)
    hosts = order(drawn, story)
    zero_ns = drawn[0][0].time_ns if drawn else story[0].time_ns if story else 0
    decimals = _decimals(story)
    longest = max((abs(moment.time_ns - zero_ns) for moment in story), default=0)
    time = max(6, len(f"-{longest / 1e6:.{decimals}f}"))
    if not hosts:
        yield []
        yield [Span("  no program ran, and no packet crossed the wire")]
    for group in groups(hosts, story, time, width):
        part = share(story, group, hosts) if len(group) < len(hosts) else story
        if part or len(hosts) <= 2:
            yield []
            yield from _drawn(
                observation, part, group, (time, width, zero_ns, decimals, everything)
            )
    yield from _footnotes(story, left_out(rest, acks), width)


def _drawn(
    observation: Observation,
    part: Sequence[Moment],
    hosts: Sequence[str],
    setting: tuple[int, int, int, int, bool],
) -> Iterator[list[Span]]:
    time, width, zero_ns, decimals, everything = setting
    shortened = quiet(list(part) if everything else fold(part))
    titles = [_title(observation, host) for host in hosts]
    layout = columns(hosts, titles, shortened, time, width)
    yield from _headings(titles, layout.time, layout.host, layout.wire)
    yield from ladder(shortened, layout, zero_ns, decimals)


def _headings(
    titles: Sequence[str], time: int, host: Sequence[int], wire: Sequence[int]
) -> Iterator[list[Span]]:
    """Yield the ladder's heading; addresses go below the names where they do not fit beside."""
    names = [title.partition(" ")[0] for title in titles]
    addresses = [title.partition(" ")[2] for title in titles]
    roomy = all(cells(title) <= room for title, room in zip(titles, host, strict=True))
    rows = [titles] if roomy else [names, addresses]
    for number, row in enumerate(rows):
        line = [Span(pad("ms" if number == 0 else "", time, right=True) + "  ", "dim")]
        for index, text in enumerate(row):
            line.append(Span(pad(text, host[index]), "bold"))
            if index < len(wire):
                word = "wire" if number == 0 else ""
                line.append(Span(" " + word.center(wire[index]) + " ", "dim"))
        yield line


def _title(observation: Observation, host: str) -> str:
    for each in observation.hosts:
        if each.name == host:
            return f"{host} {each.addresses.get(observation.family, '')}".strip()
    colon = observation.family.label == "IPv6"
    known = [ip for ip, name in observation.names.items() if name == host and (":" in ip) == colon]
    return harmless(f"{host} {known[0]}" if known else host)


def _talks(drawn: Sequence[Told], width: int) -> Iterator[list[Span]]:
    """Yield a line for each conversation: its number, its protocol and its two ends."""
    numbered = numbers(drawn)
    seen: dict[object, str] = {}
    for crossing, _ in drawn:
        packet, talk = crossing.packet, crossing.talk
        if talk is None or talk in seen or packet.dns is not None:
            continue
        source, destination = packet.source, packet.destination
        if crossing.event is not None and crossing.event.sender == "server":
            source, destination = destination, source
        number = f"#{numbered[talk]} " if talk in numbered else ""
        seen[talk] = f"{number}{packet.protocol.upper()} {source} → {destination}"
    for text in list(seen.values())[:MOST_TALKS]:
        yield [Span(cut(text, width), "dim")]
    if len(seen) > MOST_TALKS:
        yield [Span(f"… and {len(seen) - MOST_TALKS} more conversations", "dim")]


def _footnotes(story: Sequence[Moment], missing: str, width: int) -> Iterator[list[Span]]:
    besides = [beside for moment in story if isinstance(moment, Arrow) for beside in moment.beside]
    besides += [moment for moment in story if isinstance(moment, Beside)]
    notes = []
    if any(beside.kind == "state" and beside.text.startswith("(") for beside in besides):
        notes.append("(STATE): follows from the packets; no look at the socket table caught it")
    if any(isinstance(moment, Arrow) and moment.crossing.lost for moment in story):
        notes.append("✗ on the wire: sent, and never seen at the receiver")
    if missing:
        notes.append(f"Not drawn: {missing}")
    if notes:
        yield []
    for note in notes:
        for line in wrap(note, width, 2, "  "):
            yield [Span(line, "dim")]


def _decimals(story: Sequence[Moment]) -> int:
    """Return how exact times are shown: to 0.01 ms in a story of less than 0.1 s."""
    if not story:
        return 1
    span = story[-1].time_ns - story[0].time_ns
    return 2 if span < 100_000_000 else 1
