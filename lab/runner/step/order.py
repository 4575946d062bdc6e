"""Who moves next: an order of steps, the passing of time, and how it all ends. Nothing is run."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from lab.errors import UnknownName
from lab.observation.steps.walk import Lane, Result, Stepped

Choose = Callable[[Sequence[Lane], Sequence[Stepped]], Lane | None]
"""Choose one of the lanes that can move; None leaves."""

SERVING = {"accept", "recvfrom", "recvmsg", "select", "poll", "epoll_wait"}
"""Calls in which a server waits for whoever calls next."""

BESIDE = {"join", "wait", "sleep", "input", ""}
"""Calls in which a thread waits while another of its program serves; that of a lock is not told."""


def order(name: str) -> Choose:
    """Return the order of this name: ``server``, ``client`` or ``seed:N``; raises UnknownName."""
    if name in ("server", "client"):
        return lambda lanes, programs: min(
            lanes, key=lambda lane: (programs[lane.program].role != name, lane.program, lane.number)
        )
    if seeded := re.fullmatch(r"seed:(\d+)", name):
        dice = random.Random(int(seeded[1]))  # noqa: S311 - an order, no secret
        return lambda lanes, programs: dice.choice(lanes)
    raise UnknownName(
        f"choosing an order {name!r}", "there is no such order", "--order server, client or seed:7"
    )


def movable(
    lanes: Sequence[Lane], programs: Sequence[Stepped], silent: Collection[int]
) -> list[Lane]:
    """Return the lanes that can move.

    As in every run, clients begin when the servers listen: as long as those of ``silent`` do not,
    and can move, clients stay where they are.
    """
    standing = [lane for lane in lanes if lane.status == "stands"]
    servers = [lane for lane in standing if lane.program in silent]
    return [lane for lane in standing if programs[lane.program].is_server] if servers else standing


MOST_IDLE = 3
"""How often a lane's time runs out without a packet or a line before it is taken to do so for ever.

A server that looks every half second whether it is to end goes round like this.
"""


class Clock:
    """Time as the programs have it: it passes only when none of them can move."""

    def __init__(self) -> None:
        self.now = 0.0
        self._idle: Counter[tuple[int, int]] = Counter()
        self._until: dict[tuple[int, int], tuple[Lane, float]] = {}

    def look(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Take note of who waits for how long; return those whose waiting is new."""
        timed = {
            (lane.program, lane.number): lane
            for lane in lanes
            if lane.status == "waits" and lane.seconds is not None
        }
        before, self._until = self._until, {}
        new = []
        for key, lane in timed.items():
            if key in before and before[key][0] == lane:
                self._until[key] = before[key]
            else:
                self._until[key] = lane, self.now + (lane.seconds or 0.0)
                new.append(lane)
        return new

    def moved(self, lane: Lane) -> None:
        """Forget how long a lane waits: it has moved."""
        self._until.pop((lane.program, lane.number), None)

    def next(self, without: Collection[Lane] = ()) -> Lane | None:
        """Return the lane whose time runs out first, if there is one; some are left out."""
        left = (each for each in self._until.values() if each[0] not in without)
        waiting = sorted(left, key=lambda each: each[1])
        busy = (lane for lane, _ in waiting if self._idle[lane.program, lane.number] < MOST_IDLE)
        return next(busy, None)

    def happened(self) -> None:
        """Take note that a packet crossed or a line was printed: nobody goes round idly."""
        self._idle.clear()

    def expire(self, lane: Lane) -> float:
        """Let time pass until a lane's has run out; return how many seconds that were."""
        _, until = self._until.pop((lane.program, lane.number))
        self._idle[lane.program, lane.number] += 1
        passed, self.now = max(0.0, until - self.now), max(self.now, until)
        return passed


def idle(lanes: Sequence[Lane], helpers: Sequence[Lane]) -> list[Lane]:
    """Return the helpers, as of :func:`ending`, for which no thread of their program can wait."""
    beside = {lane.program for lane in lanes if lane.status == "waits" and lane.call in BESIDE}
    return [lane for lane in helpers if lane.program not in beside]


def ending(
    lanes: Sequence[Lane],
    programs: Sequence[Stepped],
    windows: Collection[int] = (),
    helpers: Sequence[Lane] = (),
) -> Result:
    """Return how a walk ends in which no lane can move; some programs have ``windows``.

    ``helpers`` are further threads that wait, which ran no line of their program's files.
    """
    waiting = [lane for lane in lanes if lane.status == "waits"]
    serving = [
        lane
        for lane in (*waiting, *helpers)
        if programs[lane.program].is_server and lane.call in SERVING
    ]
    if not waiting and not serving:
        return Result("ended", "all programs have ended")
    shown = [str(lane.place) for lane in waiting if lane.program in windows and not lane.call]
    if shown:
        return Result("ended", f"{', '.join(shown)}: a window is open, and the lab closes it")
    served = {lane.program for lane in serving}
    if all(lane in serving or (lane.program in served and lane.call in BESIDE) for lane in waiting):
        where = ", ".join(f"{told(lane, helpers)} in {lane.call}" for lane in serving)
        return Result("ended", f"{where}: it waits for the next who calls, and everybody has left")
    calls = {lane.call for lane in waiting}
    places = [str(lane.place) for lane in waiting]
    if len(waiting) > 1 and len(calls) == 1 and "" not in calls:
        who = "both wait" if len(waiting) == 2 else f"all {len(waiting)} wait"
        text = f"{who} in {min(calls)}, {', '.join(places[:-1])} and {places[-1]}"
    else:
        text = ", ".join(
            f"{lane.place} waits" + (f" in {lane.call}" if lane.call else "") for lane in waiting
        )
    return Result("deadlock", f"{text}; nobody will ever {_what(calls)}")


def told(lane: Lane, helpers: Collection[Lane]) -> str:
    """Return where a lane waits; of one of the ``helpers`` the line that started it is known."""
    return f"the thread that {lane.place} started" if lane in helpers else str(lane.place)


def _what(calls: set[str]) -> str:
    if calls <= {"accept"}:
        return "connect"
    return "receive" if calls and calls <= {"send", "sendall", "sendto"} else "send"
