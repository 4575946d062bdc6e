"""Find the line of a program's source that printed a line of output, from the source alone."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from lab.observation.source_lines.budget import MOST_STEPS, Budget, OverBudget
from lab.observation.source_lines.flow import Flow, flow
from lab.observation.source_lines.modules import parsed
from lab.observation.source_lines.statement import Prints, prints_of, steps
from lab.observation.transcript import Line, Stream, Transcript

TRACEBACK = "Traceback "
"""The beginning of what the interpreter prints itself."""

__all__ = ["with_sources"]


def with_sources(transcript: Transcript, source: bytes) -> Transcript:
    """Return a transcript with the number of the source's line at each line printed.

    Read the source only: the program is neither run nor changed. A line gets a number only if no
    other print() call could have printed it, by the order of the statements and by the text that
    each call can give. In any doubt there is no number.
    """
    try:
        return _traced(transcript, source, Budget(MOST_STEPS))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverBudget):
        # Python reads deep nesting by recursion, and says so in each of these ways.
        return transcript


def _traced(transcript: Transcript, source: bytes, budget: Budget) -> Transcript:
    ended_well = transcript.exit_status == 0 and not transcript.stopped_for
    prints, ways = _read(source, cut_short=not ended_well)
    if prints is None or ways is None:
        return transcript
    lines = list(transcript.lines)
    streams: tuple[Stream, ...] = ("stdout", "stderr")
    for stream in streams:
        own = [index for index, line in enumerate(lines) if line.stream == stream]
        own = list(takewhile(lambda index: not lines[index].text.startswith(TRACEBACK), own))
        found = _named([lines[index] for index in own], ways, prints, stream, budget)
        for index, number in zip(own, found, strict=True):
            lines[index] = replace(lines[index], source=number)
    return replace(transcript, lines=tuple(lines))


@lru_cache(maxsize=64)
def _read(source: bytes, *, cut_short: bool) -> tuple[Prints, Flow] | tuple[None, None]:
    """Return a program's print() calls and the ways to them; None where one may not end a line."""
    tree = parsed(source)
    prints = prints_of(tree)
    return (None, None) if prints is None else (prints, flow(tree, prints, cut_short=cut_short))


def _named(
    lines: list[Line], ways: Flow, prints: Prints, stream: Stream, budget: Budget
) -> list[int | None]:
    """Return the source's line for each line of one stream, or None."""
    texts = [line.text for line in lines]
    if prints.others:
        # Other ways to print may be used at any time, so only a call's own words are a proof.
        own = [call for call in prints.every if call.stream == stream]
        candidates = []
        for text in texts:
            budget.take(steps(own, text))
            candidates.append({call for call in own if call.gives(text)})
    else:
        candidates = ways.candidates(texts, stream, budget)
    found: list[int | None] = []
    for calls in candidates:
        certain = next(iter(calls)) if len(calls) == 1 else None
        known = certain is not None and (not prints.others or certain.is_conclusive)
        found.append(certain.number if certain is not None and known else None)
    return found
