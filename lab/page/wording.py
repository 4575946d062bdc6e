"""What the page says in lists: verdicts, where to look, programs and their lines, captures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lab.observation import Observation
from lab.pcap import Capture
from lab.story.beside import ending
from lab.story.moment import Arrow
from lab.story.telling import Telling
from lab.story.text import harmless
from lab.transcript import Transcript
from lab.verdict import Outcome, Verdict

MOST_LINES = 500
"""Lines of one program that the page shows; a longer transcript loses its middle."""

MOST_PLACES = 6
MOST_DETAIL = 40


def verdict_rows(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return each expectation as a sentence, its outcome, and what was expected and seen."""
    return [
        {
            "outcome": verdict.outcome,
            "holds": verdict.outcome is Outcome.HOLDS,
            "sentence": harmless(verdict.sentence),
            "detail": "\n".join(
                harmless(line) for line in verdict.detail.strip("\n").splitlines()[:MOST_DETAIL]
            ),
        }
        for verdict in verdicts
    ]


def where_to_look(telling: Telling, observation: Observation) -> list[dict[str, Any]]:
    """Return what is remarkable in a run: packets that went wrong, programs that ended badly."""
    numbers = {id(crossing): number for number, (crossing, _) in enumerate(telling.crossings)}
    packets = (
        {
            "packet": numbers[id(moment.crossing)],
            "text": f"{(moment.time_ns - telling.zero_ns) / 1e6:.2f} ms: {moment.label.fit(90)}",
        }
        for moment in telling.moments
        if isinstance(moment, Arrow) and moment.label.weight >= 3
    )
    found: list[dict[str, Any]] = list(islice(packets, MOST_PLACES))
    for number, transcript in enumerate(observation.transcripts):
        ended = ending(transcript) or transcript.error
        if ended:
            name = f"{transcript.program} on {transcript.host}"
            found.append({"program": number, "text": harmless(f"{name}: {ended}")})
    return found


def programs(observation: Observation, zero_ns: int) -> list[dict[str, Any]]:
    """Return every program: how it was called, what it printed and when, how it ended."""
    return [_program(transcript, zero_ns) for transcript in observation.transcripts]


def _program(transcript: Transcript, zero_ns: int) -> dict[str, Any]:
    lines = [
        {
            "time": f"{(line.time_ns - zero_ns) / 1e6:.1f}",
            "stream": line.stream,
            "text": harmless(line.text),
        }
        for line in transcript.lines
    ]
    left_out = max(len(lines) - MOST_LINES, 0)
    return {
        "host": transcript.host,
        "command": harmless(" ".join([transcript.program, *transcript.arguments])),
        "head": lines[: MOST_LINES // 2] if left_out else lines,
        "left_out": left_out,
        "tail": lines[-MOST_LINES // 2 :] if left_out else [],
        "ended": ending(transcript) or ("went on serving" if transcript.served else "ended well"),
        "badly": bool(ending(transcript)),
    }


def captures(observation: Observation) -> list[dict[str, Any]]:
    """Return the capture files that lie beside the page."""
    return [
        {"file": file, "packets": len(capture.packets), "dropped": capture.dropped}
        for file, capture in files(observation)
    ]


def files(observation: Observation) -> Iterator[tuple[str, Capture]]:
    """Yield the name of each capture file of a run, and what is in it."""
    for host in observation.hosts:
        if host.capture is not None:
            yield f"{host.name}.pcap", host.capture
        for network, capture in host.further.items():
            yield f"{host.name}-{network}.pcap", capture
