"""Steps as a log: whose line ran, what crossed the wire, what changed."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.steps.walk import Lane, Step, Walk
from lab.story.steps.telling import (
    changed_lanes,
    changed_sockets,
    printed_lines,
    source_line,
    where,
    who,
)
from lab.story.text import cut, harmless


def log_step(walk: Walk, step: Step, width: int) -> str:
    """Return a step as lines of text, each with its end."""
    before = walk.steps[step.number - 1] if step.number else None
    lines = [_head(walk, step), *(f"      {line}" for line in _happened(walk, before, step))]
    return "".join(f"{cut(line, width)}\n" for line in lines)


def _head(walk: Walk, step: Step) -> str:
    number = f"{step.number:>4}  "
    if step.mover is None:
        return f"{number}the programs are started"
    name = who(walk, Lane(*step.mover, "stands"))
    if step.kind == "time" or step.ran is None:
        return f"{number}{name}: its time runs out"
    program = step.mover[0]
    place = str(step.ran) if step.ran.file != walk.programs[program].file else step.ran.line
    text = harmless(source_line(walk, program, step.ran.file, step.ran.line))
    return f"{number}{name}:{place}  {text}"


def _happened(walk: Walk, before: Step | None, step: Step) -> Iterator[str]:
    for packet in step.packets:
        end = "✗ lost" if packet.lost else f"▶ {packet.receiver}"
        yield f"{packet.sender} ── {packet.text} ──{end}"
    for program, stream, text in printed_lines(step):
        yield f"{walk.programs[program].file} {_PRINTS.get(stream, stream)} {text}"
    for each in step.variables:
        name = who(walk, Lane(each.program, each.lane, "stands"))
        yield f"{name}: {each.name} = {each.text}" if each.text else f"{name}: {each.name} is gone"
    for note in step.notes:
        yield f"note: {note}"
    for socket in changed_sockets(before, step):
        yield f"socket: {socket}"
    for lane in changed_lanes(before, step):
        if lane.status != "stands" or (lane.program, lane.number) != step.mover:
            yield f"{who(walk, lane)} {where(lane)}"


_PRINTS = {"stdout": "│", "stderr": "│ (stderr)"}
