"""What a stepped program tells, as values: its lanes, changed variables, printed lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lab.observation.steps.walk import Lane, Made, Place, Printed, Variable

News = Mapping[str, Any]
"""What a program tells once: that a lane stands, waits, prints, raises (agent.stepper)."""

MOST_CALLS = 12
"""Calls of a program that one step tells; the others are counted."""


class Told:
    """What one program has told so far; ``program`` is its number in the walk.

    A program can tell what it likes. So each word is taken as text of a bounded size.
    """

    def __init__(self, program: int) -> None:
        self._program = program
        self._places: dict[int, Place] = {}
        self._started: dict[int, Place] = {}
        self._scopes: dict[int, list[tuple[str, dict[str, str]]]] = {}
        self.refused = ""

    def lanes(self, told: Iterable[News], *, ended: bool) -> list[Lane]:
        """Return its lanes as they are at rest, without threads that ran no line of its files."""
        lanes = [self._lane(each, ended=ended) for each in told]
        return [lane for lane in lanes if not lane.number or lane.number in self._places]

    def helpers(self, told: Iterable[News], *, ended: bool) -> list[Lane]:
        """Return its threads that wait in a call and ran no line of its files.

        Their place is the line that started them.
        """
        lanes = [
            replace(lane, place=self._started.get(lane.number))
            for lane in (self._lane(each, ended=ended) for each in told)
            if lane.number and lane.number not in self._places
        ]
        return [lane for lane in lanes if lane.status == "waits" and lane.call]

    def _lane(self, each: News, *, ended: bool) -> Lane:
        number, status = int(each["lane"]), str(each["is"])
        if ended or status in ("ended", "refused"):
            return Lane(self._program, number, "ended")
        if status == "stands":
            return Lane(self._program, number, "stands", _place(each))
        call, seconds = str(each.get("call", ""))[:40], each.get("seconds")
        within = None if seconds is None else float(seconds)
        return Lane(self._program, number, "waits", self._places.get(number), call, within)

    def take(
        self, news: Iterable[News]
    ) -> tuple[tuple[Printed, ...], tuple[Variable, ...], tuple[str, ...], tuple[Made, ...]]:
        """Return what news say of printed lines, of changed variables, in sentences, of calls."""
        printed: list[Printed] = []
        made: list[Made] = []
        changed: dict[tuple[int, str], Variable] = {}
        notes: dict[str, None] = {}
        for each in news:
            kind = each["is"]
            if kind == "prints":
                _add(printed, Printed(self._program, str(each["stream"]), str(each["text"])))
            elif kind == "calls":
                made.append(Made(self._program, int(each["lane"]), str(each["text"])[:200]))
            elif kind == "stands":
                self._places[int(each["lane"])] = _place(each)
                changed |= {(v.lane, v.name): v for v in self._changed(each)}
            elif kind == "starts":
                by = int(each["lane"])
                if place := self._places.get(by) or self._started.get(by):
                    self._started[int(each["new"])] = place
            elif kind == "returns":
                self._places[int(each["lane"])] = _place(each)
            elif kind == "raises":
                place = self._places.get(int(each["lane"]))
                file = place.file if place else "?"
                error = str(each["error"])[:60]
                if not any(note.endswith(f" raises {error}") for note in notes):
                    notes[f"{file}:{each['line']} raises {error}"] = None
            elif kind == "refused":
                self.refused = self.refused or str(each["why"])[:200]
        if left_out := len(made[MOST_CALLS:]):
            notes[f"{left_out:,} more calls were made on sockets"] = None
        # Threads that wake together tell in any order what was theirs alone.
        by_lane = sorted(changed.values(), key=lambda variable: variable.lane)
        told = tuple(printed), tuple(by_lane), tuple(notes)
        return *told, tuple(made[:MOST_CALLS])

    def _changed(self, each: News) -> Iterable[Variable]:
        """Yield what differs from the last look at the same call of the same function."""
        lane, depth = int(each["lane"]), max(1, int(each["depth"]))
        now = {str(name)[:40]: str(text)[:200] for name, text in each["variables"].items()}
        scopes = self._scopes.setdefault(lane, [])
        del scopes[depth:]
        while len(scopes) < depth:
            scopes.append(("", {}))
        function, before = scopes[depth - 1]
        if function != each["function"]:
            before = {}
        scopes[depth - 1] = str(each["function"]), now
        for name, text in now.items():
            if before.get(name) != text:
                yield Variable(self._program, lane, name, text)
        for name in before.keys() - now.keys():
            yield Variable(self._program, lane, name, None)


def _place(each: News) -> Place:
    return Place(str(each["file"])[:200], int(each["line"]), str(each["function"])[:80])


def _add(printed: list[Printed], new: Printed) -> None:
    """Append what was printed, joined to what precedes it in the same stream."""
    if printed and printed[-1].stream == new.stream:
        printed[-1] = Printed(new.program, new.stream, printed[-1].text + new.text)
    else:
        printed.append(new)
