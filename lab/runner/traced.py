"""What a program's tracer saw, joined to its transcript: its calls, the times of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lab.observation.calls import trace
from lab.observation.calls.line_times import timed
from lab.observation.calls.missing import remarks_on
from lab.observation.source_lines.call_sites import located
from lab.observation.source_lines.trace import with_sources
from lab.observation.transcript import Transcript


def joined(
    seen: Transcript, sizes: Sequence[int], told: tuple[str, int] | None
) -> tuple[Transcript, list[str]]:
    """Return a transcript with what the trace tells, and remarks on what that does not tell.

    ``told`` is the trace and how many of its lines were counted only, None where there is none;
    ``sizes`` are the bytes of each printed line.
    """
    where = f"{seen.program} on {seen.host}"
    if told is None:
        if not seen.untraced:
            return seen, []
        lines = tuple(replace(line, late=True) for line in seen.lines)
        remark = f"the calls of {where} are not known, so its lines were printed earlier (≤)"
        return replace(seen, lines=lines), [f"{remark}: {seen.untraced}"]
    text, counted = told
    found = trace.read(text)
    lines = timed(seen.lines, sizes, found.printed)
    seen = replace(seen, lines=lines, made=found.calls, traced=True)
    left_out = found.left_out + counted
    kept = len(found.calls)
    remarks = remarks_on(where, kept=kept, left_out=left_out, is_whole=found.is_whole)
    if late := sum(line.late for line in lines):
        remarks.append(
            f"{where}: which call printed {late} of its lines is not known, so their times are "
            "those at which the lab read them (≤)"
        )
    return seen, remarks


def with_lines_of_source(transcript: Transcript, files: Mapping[str, bytes]) -> Transcript:
    """Return a transcript with the lines of its source, where it is one of our Python programs."""
    name = transcript.program
    if not name.endswith(".py") or name not in files:
        return transcript
    to_the_end = transcript.exit_status == 0 and not transcript.stopped_for
    made = located(transcript.made, files[name], files, to_the_end=to_the_end)
    return with_sources(replace(transcript, made=made), files[name])
