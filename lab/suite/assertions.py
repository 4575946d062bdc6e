"""What pytest says of a failed assertion: with whole values, and without hints of its options."""

from __future__ import annotations

import re
from contextlib import suppress

from lab.observation.evidence import Comparison

MOST_VALUE = 800
"""Characters of one value that are shown; a longer one is cut at its end and says its length."""

_CUT = "..."
"""What pytest writes in the middle of a value for which it has no room."""

_HINT = re.compile(r"\n\s*(?:Use -v to get more diff|\.\.\.Full output truncated.*)(?=\n|$)")
_OPTION = re.compile(r", use -vv? to show(?=\n|$)")
_EMPTY_END = re.compile(r"(?:\n\s*)+$")


def readable(detail: str, comparison: Comparison | None) -> str:
    """Return what pytest says of an assertion, for a reader who does not run pytest.

    ``comparison`` is the one that failed: its values stand whole where pytest cut them.
    """
    plain = _EMPTY_END.sub("", _OPTION.sub("", _HINT.sub("", detail)))
    if comparison is None or _CUT not in plain:
        return plain
    with suppress(Exception):  # what a student's object says of itself is hers
        sides = repr(comparison.left), repr(comparison.right)
        lines = plain.split("\n")
        return "\n".join(_whole(line, comparison.sign, *sides) for line in lines)
    return plain


def _whole(line: str, sign: str, left: str, right: str) -> str:
    """Return a line with both values whole where it is this comparison that it shows."""
    lead, assertion, rest = line.partition("assert ")
    between = f" {sign} "
    at = rest.find(between)
    while assertion and at >= 0:
        seen, due = rest[:at], rest[at + len(between) :]
        if _is_of(seen, left) and _is_of(due, right):
            return f"{lead}assert {_bounded(left)}{between}{_bounded(right)}"
        at = rest.find(between, at + 1)
    return line


def _is_of(shown: str, whole: str) -> bool:
    """Tell whether this is how pytest shows that value: whole, or cut in the middle."""
    begin, cut, end = shown.partition(_CUT)
    return shown == whole or bool(cut and whole.startswith(begin) and whole.endswith(end))


def _bounded(value: str) -> str:
    if len(value) <= MOST_VALUE:
        return value
    return f"{value[:MOST_VALUE]}… ({len(value):,} characters)"
