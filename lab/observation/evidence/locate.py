"""Find the place in a run that the value of an expression came from."""

from __future__ import annotations

import ast

from lab.observation.evidence.places import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.term import Term

LEAST = 4
"""Letters or bytes of a text that may tell what it was taken from."""


def locate(places: Places, term: Term, at: int | None = None) -> list[Pointer]:
    """Return the place of a term's value, or of its element ``at`` this index.

    An index behind the last element stands for what is missing there.
    """
    value = term.value
    found = places.of(value) if at is None else []
    if found:
        return found
    term = term.settled
    node = term.node
    if isinstance(node, ast.Attribute):
        owner = term.at(node.value)
        found = places.behind(owner.value, node.attr, value, at)
        return found or locate(places, owner)
    if (base := term.base(at)) is not None:
        return locate(places, *base)
    sources: list[tuple[Term, int | None]] = []
    if at is not None and isinstance(value, list | tuple):
        if at >= len(value):
            return locate(places, term, len(value) - 1 if value else None)
        value = value[at]
        if found := places.of(value):
            return found
        own = term.element(at)
        if not isinstance(own.node, ast.Subscript) or own.node.value is not node:
            sources.append((own, None))
    elif at is None:
        sources += [(row, None) for own, row in term.rows if own == value]
    sources += [(part, _where(value, part.value)) for part in term.parts()]
    ways = (locate(places, source, index) for source, index in sources)
    return next((each for each in ways if each), [])


def _where(taken: object, source: object) -> int | None:
    """Return where in a source a text stands, if it stands there once; None if this is unsure."""
    if not isinstance(taken, str | bytes) or len(taken) < LEAST:
        return None
    text = taken if isinstance(taken, str) else taken.decode(errors="replace")
    if isinstance(source, list):
        own = [at for at, each in enumerate(source) if isinstance(each, str) and text in each]
        return own[0] if len(own) == 1 else None
    if not isinstance(source, bytes):
        return None
    raw = text.encode() if isinstance(taken, str) else taken
    return source.find(raw) if source.count(raw) == 1 else None
