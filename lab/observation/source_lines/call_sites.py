"""The lines of a program's source that can have made a call, from source and calls alone.

The program is neither run nor changed for it. The line that made a call is always among those that
are named; where the source leaves a doubt about that, none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lab.observation.calls.call import Call
from lab.observation.source_lines.budget import MOST_STEPS, Budget, OverBudget
from lab.observation.source_lines.call_names import ONCE
from lab.observation.source_lines.call_order import Option, possible
from lab.observation.source_lines.call_site import Site, is_whole
from lab.observation.source_lines.modules import own_modules
from lab.observation.source_lines.sources import SENDS, Sources


def located(
    calls: Sequence[Call],
    source: bytes,
    files: Mapping[str, bytes] | None = None,
    *,
    to_the_end: bool = False,
) -> tuple[Call, ...]:
    """Return calls with the lines of a source that can have made them, and the name used there.

    ``files`` are those that the program may import. ``to_the_end`` says that it ended well.
    """
    if not calls:
        return ()
    try:
        trees = own_modules(source, files or {})
        sites = Sources(trees, Budget(MOST_STEPS), to_the_end=to_the_end)
        return _located(calls, sites)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverBudget):
        return tuple(calls)  # Python reads deep nesting by recursion, and says so in each of these.


def _located(calls: Sequence[Call], sites: Sources) -> tuple[Call, ...]:
    found: list[_Found] = []
    cut_short = set[tuple[int, int]]()
    for call in calls:
        where = call.thread, call.socket.number if call.socket else 0
        goes_on = where in cut_short and call.name in SENDS
        found.append(_Found(call, sites.able(call, goes_on=goes_on), goes_on=goes_on))
        if call.name in SENDS:
            (cut_short.discard if is_whole(call) else cut_short.add)(where)
    _narrow(found)
    made: dict[int, _Found] = {}
    for each in found:
        if each.call.socket is None:
            continue
        birth = made.setdefault(each.call.socket.number, each)
        if each.call.name == "close":
            each.able = sites.closing(birth.able)
    _narrow(found)
    return tuple(each.told for each in found)


@dataclass
class _Found:
    """A call, and where it can have been made; ``goes_on`` as in :meth:`Site.fits`."""

    call: Call
    able: list[Site]
    goes_on: bool

    @property
    def told(self) -> Call:
        files = {each.file for each in self.able}
        if len(files) != 1:  # A call has lines of one file.
            return self.call
        lines = tuple(sorted({each.line for each in self.able}))
        names = {each.name for each in self.able}
        method = names.pop() if len(names) == 1 else ""
        return replace(self.call, lines=lines, method=method, file=files.pop())

    def option(self, site: Site) -> Option:
        uses_up = site.name in ONCE and self.call.error is None
        return Option(site.moment, uses_up, self.goes_on)


def _narrow(found: list[_Found]) -> None:
    """Leave each call those sites that the order of its thread's calls leaves."""
    for thread in {each.call.thread for each in found}:
        _narrow_one([each for each in found if each.call.thread == thread and each.able])


def _narrow_one(made: list[_Found]) -> None:
    for each in made:
        if each.call.thread != each.call.pid:  # a thread runs functions, and not the module
            own = [site for site in each.able if site.moment.number is None]
            each.able = own or each.able
    kept = possible([[each.option(site) for site in each.able] for each in made])
    for each, can in zip(made, kept, strict=True):
        each.able = [site for site, is_left in zip(each.able, can, strict=True) if is_left]
