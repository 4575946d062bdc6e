"""Find the place in a run that the value of an expression came from."""

from __future__ import annotations

import ast
from typing import Any

from lab.observation.evidence.places import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.term import UNKNOWN, Term

LEAST = 4
"""Letters or bytes of a text that may tell what it was taken from."""

DEEPEST = 40
"""Steps from an expression to what it was made of."""


def locate(places: Places, term: Term, at: int | None = None, depth: int = 0) -> list[Pointer]:
    """Return the place of a term's value, or of its element ``at`` this index."""
    value = term.value
    found = places.of(value) if at is None else []
    if found or depth > DEEPEST:
        return found
    term = term.settled
    node = term.node
    if isinstance(node, ast.Attribute):
        owner = term.at(node.value)
        return places.behind(owner.value, node.attr, value, at) or locate(
            places, owner, None, depth + 1
        )
    if isinstance(value, list | tuple) and at is not None:
        return _element(places, term, value, at, depth)
    if isinstance(node, ast.Subscript) and value is not UNKNOWN:
        base, key = term.at(node.value), term.at(node.slice).value
        if isinstance(key, int) and isinstance(base.value, list | tuple | bytes):
            return locate(places, base, key % len(base.value), depth + 1)
    for part in term.parts():
        if found := locate(places, part, _where(value, part.value), depth + 1):
            return found
    return []


def _element(
    places: Places, term: Term, value: list[Any] | tuple[Any, ...], at: int, depth: int
) -> list[Pointer]:
    if at >= len(value):
        base = term.at(term.node.value) if isinstance(term.node, ast.Subscript) else None
        if base is not None and isinstance(base.settled.node, ast.Attribute):
            return locate(places, base, len(base.value), depth + 1)
        return locate(places, term, len(value) - 1 if value else None, depth + 1)
    own = term.element(at)
    if places.of(value[at]):
        return places.of(value[at])
    # The general form of an element says no more than that it is one: look at the whole instead.
    if isinstance(own.node, ast.Subscript) and own.node.value is term.node:
        for part in term.parts():
            if found := locate(places, part, _where(value[at], part.value), depth + 1):
                return found
        return []
    return locate(places, own, None, depth + 1)


def _where(taken: object, source: object) -> int | None:
    """Return where in a source a text stands, if it stands there once; None if this is unsure."""
    if not isinstance(taken, str | bytes) or len(taken) < LEAST:
        return None
    if isinstance(source, str | bytes):
        text, whole = (each.encode() if isinstance(each, str) else each for each in (taken, source))
        return whole.find(text) if whole.count(text) == 1 else None
    if isinstance(source, list):
        own = [at for at, each in enumerate(source) if isinstance(each, str) and str(taken) in each]
        return own[0] if len(own) == 1 else None
    return None
