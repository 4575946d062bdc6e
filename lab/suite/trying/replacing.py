"""What ``--replace`` says, and whether it can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lab.errors import UsageError
from lab.scenario.replacing import built_in, stands


def pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return ``OLD=NEW`` as pairs; raises UsageError for anything else."""
    found = []
    for word in words:
        old, equals, new = word.partition("=")
        if not (old and equals):
            raise UsageError(
                f"reading --replace {word}", "it is not OLD=NEW", "--replace localhost=server"
            )
        found.append((old, new))
    return found


def check(wanted: Iterable[tuple[str, str]], sources: Sequence[Mapping[str, bytes]]) -> None:
    """Raise UsageError where something that is to be replaced stands in no file."""
    for old, _ in wanted:
        if not stands(old, sources):
            raise UsageError(
                f"replacing {old}",
                "it stands in no file of the programs",
                f"one of {', '.join(built_in(sources)) or 'the names that stand there'}",
            )
