"""Find the place in a run that the value of an expression came from."""

from __future__ import annotations

import ast

from lab.observation.evidence.places import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.term import Term

LEAST = 4
"""Letters or bytes of a text that may tell what it was taken from."""


def locate(
    places: Places, term: Term, at: int | None = None, *, vaguely: bool = False
) -> list[Pointer]:
    """Return the place of a term's value, or of its element ``at`` this index.

    An index behind the last element stands for what is missing there. ``vaguely`` allows for the
    place of what the value was calculated from, too.
    """
    value = term.value
    found = places.of(value) if at is None or isinstance(value, str) else []
    if found := found or (places.whole(value) if vaguely else []):
        return found
    term = term.settled
    node = term.node
    sources: list[tuple[Term, int | None]] = []
    if isinstance(node, ast.Attribute):
        owner = term.at(node.value)
        found = places.behind(owner.value, node.attr, value, at)
        return found or locate(places, owner, vaguely=vaguely)
    if (base := term.base(at)) is not None:
        sources = [base]
    elif at is not None and isinstance(value, list | tuple):
        if at >= len(value):
            return locate(places, term, len(value) - 1 if value else None, vaguely=vaguely)
        value = value[at]
        if found := places.of(value):
            return found
        own = term.element(at)
        if not isinstance(own.node, ast.Subscript) or own.node.value is not node:
            sources = [(own, None)]
    elif at is None:
        sources = [(row, None) for own, row in term.rows if own == value]
    more = at or 0 if isinstance(value, str | bytes) else 0
    parts = [(part, _where(value, part.value, more)) for part in term.parts() if base is None]
    sources += [each for each in parts if vaguely or each[1] is not None]
    ways = (locate(places, *each, vaguely=vaguely) for each in sources)
    return next((each for each in ways if each), [])


def _where(taken: object, source: object, more: int) -> int | None:
    """Return where in a source a text stands, and ``more``; None if it is not there just once."""
    if not isinstance(taken, str | bytes) or len(taken) < LEAST:
        return None
    raw = taken.encode() if isinstance(taken, str) else taken
    whole = source.encode() if isinstance(source, str) else source
    if isinstance(whole, list):
        own = [
            at for at, each in enumerate(whole) if isinstance(each, str) and raw in each.encode()
        ]
        return own[0] if len(own) == 1 else None
    return whole.find(raw) + more if isinstance(whole, bytes) and whole.count(raw) == 1 else None
