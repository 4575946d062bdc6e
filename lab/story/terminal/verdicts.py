"""What a story ends with: the expectations, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.observation.transcript import Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.story.headline import STYLES
from lab.story.text import Span, harmless, wrap
from lab.story.timeline.note import ending
from lab.story.timeline.timeline import Timeline

MOST_DETAIL = 24
"""Lines of an expectation's detail that are shown."""

STDERR_TAIL = 8

POINTS_AT = "→"
"""What stands before a place that is remarkable, but that no expectation points at."""


def judgement(timeline: Timeline, width: int) -> Iterator[list[Span]]:
    """Yield what follows the ladder: what could not be judged, expectations, programs' ends."""
    yield from _judged(timeline, width)
    for transcript in timeline.observation.transcripts:
        lines = list(_stderr(transcript, width))
        if lines:
            yield from ([], *lines)


def _judged(timeline: Timeline, width: int) -> Iterator[list[Span]]:
    observation, verdicts = timeline.observation, timeline.run.verdicts
    listed = (observation.inconclusive, verdicts, observation.failures, observation.remarks)
    if any(listed) or timeline.causes:
        yield []
    for cause, site in timeline.causes:
        lead = "Probably: " if cause.inferred else "Why: "
        yield from _hung(lead, Outcome.FAILS, wrap(harmless(cause.sentence), width - len(lead), 4))
        if site is not None:
            lead = f"    {POINTS_AT} "
            lines = wrap(site.text(timeline.zero_ns), width - len(lead), 4)
            yield from _hung(lead, Outcome.FAILS, lines)
    for reason in observation.inconclusive:
        yield from _marked(Outcome.INCONCLUSIVE, f"could not be judged: {reason}", width)
    for number, verdict in enumerate(verdicts):
        yield from _verdict(verdict, width)
        if verdict.outcome is Outcome.FAILS:
            for site in timeline.places(number):
                lead = f"    {site.mark or POINTS_AT} "
                lines = wrap(site.text(timeline.zero_ns), width - len(lead), 4)
                yield from _hung(lead, verdict.outcome, lines)
    told = "\n".join(verdict.detail for verdict in verdicts).splitlines()
    for sentence in observation.failures:
        if sentence in told:
            continue
        yield from _marked(Outcome.FAILS, sentence, width)
    for remark in observation.remarks:
        for line in wrap(f"· {harmless(remark)}", width, 4, "  "):
            yield [Span(line)]


def _verdict(verdict: Verdict, width: int) -> Iterator[list[Span]]:
    lead = "" if verdict.outcome is Outcome.HOLDS else f"{verdict.outcome.value}: "
    yield from _marked(verdict.outcome, lead + verdict.sentence, width)
    if verdict.outcome is Outcome.HOLDS:
        return
    lines = verdict.detail.strip("\n").splitlines()
    for line in lines[:MOST_DETAIL]:
        for piece in wrap(harmless(line), width - 4, 6):
            yield [Span(f"    {piece}")]
    if len(lines) > MOST_DETAIL:
        yield [Span(f"    … {len(lines) - MOST_DETAIL} more lines", "dim")]


def _marked(outcome: Outcome, text: str, width: int) -> Iterator[list[Span]]:
    yield from _hung(f"{outcome.mark} ", outcome, wrap(harmless(text), width - 2, 8))


def _hung(lead: str, outcome: Outcome, lines: Sequence[str]) -> Iterator[list[Span]]:
    """Yield lines, the first behind ``lead`` and the others as far to the right."""
    for number, line in enumerate(lines):
        yield [Span(lead if number == 0 else " " * len(lead), STYLES[outcome]), Span(line)]


def _stderr(transcript: Transcript, width: int) -> Iterator[list[Span]]:
    lines = transcript.stderr
    if not lines or not (ending(transcript) or transcript.error):
        return
    name = f"{harmless(transcript.program)} on {transcript.host}"
    ended = ending(transcript)
    head = f"{name} ended with an error" if not ended else f"{name}: {ended}"
    said = "; it said on stderr:" if len(lines) <= STDERR_TAIL else "; its last lines on stderr:"
    for line in wrap(head + said, width, 3):
        yield [Span(line)]
    for text in lines[-STDERR_TAIL:]:
        for piece in wrap(harmless(text), width - 4, 3):
            yield [Span("  ╎ ", "dim"), Span(piece)]
