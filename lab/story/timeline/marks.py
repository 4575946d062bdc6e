"""The moments that failed expectations point at, marked so that they are told and found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lab.story.timeline.label import Label
from lab.story.timeline.moment import MARKED, Arrow, Moment
from lab.story.timeline.note import FAILURE, Note
from lab.story.timeline.selection import Told
from lab.story.timeline.site import Site


def mark_packets(told: Sequence[Told], sites: Iterable[Site]) -> list[Told]:
    """Return the packets, with its numbers on the label of each that is pointed at."""
    marks: dict[int, str] = {}
    for site in sites:
        if site.transit is not None:
            marks[id(site.transit)] = _with(marks.get(id(site.transit), ""), site.mark)
    if not marks:
        return list(told)
    return [
        (transit, _marked(label, marks[id(transit)]) if id(transit) in marks else label)
        for transit, label in told
    ]


def _with(marks: str, mark: str) -> str:
    return " ".join(dict.fromkeys([*marks.split(), mark]))


def _marked(label: Label, mark: str) -> Label:
    return replace(label, notes=(*label.notes, mark), weight=MARKED, style="bold red")


def mark_lines(moments: Sequence[Moment], sites: Iterable[Site]) -> list[Moment]:
    """Return the moments, with its numbers behind each line or program's end pointed at.

    Where nothing was printed that should have been, a moment says so.
    """
    lines: dict[int, str] = {}
    ends: dict[int, tuple[Site, str]] = {}
    for site in sites:
        if site.line is not None:
            lines[id(site.line)] = _with(lines.get(id(site.line), ""), site.mark)
        elif site.transcript is not None:
            key = id(site.transcript)
            ends[key] = site, _with(ends[key][1] if key in ends else "", site.mark)
    if not lines and not ends:
        return list(moments)
    told = [_said(each, lines, ends) for each in moments]
    told += [_missing(site, mark) for site, mark in ends.values() if site.transcript is not None]
    return sorted(told, key=lambda moment: moment.time_ns)


def _said(moment: Moment, lines: dict[int, str], ends: dict[int, tuple[Site, str]]) -> Moment:
    if isinstance(moment, Arrow):
        return moment
    mark = lines.get(id(moment.line), "")
    if moment.kind == "end" and id(moment.transcript) in ends:
        mark = ends.pop(id(moment.transcript))[1]
    if not mark:
        return moment
    return replace(moment, text=f"{moment.text}  {mark}", style="bold red", weight=MARKED)


def _missing(site: Site, mark: str) -> Moment:
    transcript = site.transcript
    if transcript is None:
        raise ValueError("no program's end is pointed at")
    said = site.what.rpartition(f" on {transcript.host} ")[2]
    return Note(
        transcript.ended_ns,
        transcript.host,
        f"{FAILURE}{said}  {mark}",
        "end",
        follow="  ",
        style="bold red",
        weight=MARKED,
        transcript=transcript,
    )
