"""Pairs of submissions that are alike in their tokens, comments and names aside: no verdict."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

RUN = 8
"""Tokens that are compared at once: shorter runs stand in every program."""

LEAST = 0.7
"""The share of runs from which on a pair is listed."""

FEWEST = 20
"""Runs that a submission has to have of its own, or anything is like it."""

_SKIPPED = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
)


@dataclass(frozen=True)
class Pair:
    """Two submissions, and the share of their runs of tokens that both have (0 to 1)."""

    one: str
    other: str
    share: float


def pairs(
    submissions: Mapping[str, Mapping[str, bytes]], given: Iterable[bytes] = ()
) -> list[Pair]:
    """Return the pairs that are alike, the most alike first.

    What stands in files that were ``given`` to all, or in more than half of at least six
    submissions, says nothing of two.
    """
    known = {run for content in given for run in _runs(content)}
    own = {
        name: {run for content in files.values() for run in _runs(content)} - known
        for name, files in submissions.items()
    }
    counts = Counter(run for runs in own.values() for run in runs)
    many = len(own) / 2 if len(own) >= 6 else len(own)
    usual = {run for run, count in counts.items() if count > many}
    own = {name: runs - usual for name, runs in own.items()}
    found = [
        Pair(one, other, len(own[one] & own[other]) / len(own[one] | own[other]))
        for one, other in combinations(sorted(own), 2)
        if min(len(own[one]), len(own[other])) >= FEWEST
    ]
    alike = [pair for pair in found if pair.share >= LEAST]
    return sorted(alike, key=lambda pair: (-pair.share, pair.one, pair.other))


def _runs(content: bytes) -> set[int]:
    tokens = _tokens(content)
    return {hash(tuple(tokens[at : at + RUN])) for at in range(len(tokens) - RUN + 1)}


def _tokens(content: bytes) -> Sequence[str]:
    """Return the tokens of a source: a name, a number and a text each count as any other."""
    text = content.decode("utf-8", "replace")
    found: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                found.append("name")
            elif token.type in (tokenize.NUMBER, tokenize.STRING):
                found.append("value")
            elif token.type not in _SKIPPED:
                found.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        return re.findall(r"\w+|[^\w\s]", text)
    return found
