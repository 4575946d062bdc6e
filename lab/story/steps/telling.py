"""What happened in a step, in words: the same for the log, the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.steps.walk import Lane, SocketState, Step, Walk
from lab.story.text import harmless


def source_line(walk: Walk, program: int, file: str, line: int) -> str:
    """Return a line of a program's source; empty where it has none of that number."""
    text = walk.sources.get(walk.programs[program].host, {}).get(file, "")
    lines = text.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def who(walk: Walk, lane: Lane) -> str:
    """Return what a lane is called: its program, and its thread where there are several."""
    name = walk.programs[lane.program].file
    names = [each.file for each in walk.programs]
    if names.count(name) > 1:
        name = f"{name} ({names[: lane.program].count(name) + 1})"
    return f"{name} thread {lane.number}" if lane.number else name


def where(lane: Lane) -> str:
    """Return where a lane is, as the end of a sentence."""
    if lane.status == "ended":
        return "has ended"
    if lane.status == "stands":
        return f"stands before line {lane.place.line}" if lane.place else "stands"
    within = "" if lane.seconds is None else f" for {lane.seconds:g} s at the most"
    call = f" in {harmless(lane.call)}" if lane.call else ""
    return f"waits{call}{within}" + (f", line {lane.place.line}" if lane.place else "")


def socket_words(socket: SocketState) -> str:
    """Return a socket in words: its host, its ends, its state, and what waits in its queues."""
    words = [socket.host, socket.protocol, socket.ends, socket.state]
    if socket.unread and socket.state == "LISTEN":
        words.append(f"({socket.unread} not yet accepted)")
    elif socket.unread and socket.protocol == "tcp":
        words.append(f"({socket.unread} B unread)")
    elif socket.unread:
        words.append("(unread)")
    if socket.unsent:
        words.append(f"({socket.unsent} B not acknowledged)")
    return " ".join(filter(None, words))


def changed_sockets(before: Step | None, step: Step) -> Iterator[str]:
    """Yield the sockets that a step has changed, in words."""
    known = set(before.sockets) if before else set()
    for socket in step.sockets:
        if socket not in known:
            yield socket_words(socket)
    there = {(each.host, each.protocol, each.ends) for each in step.sockets}
    for socket in before.sockets if before else ():
        if (socket.host, socket.protocol, socket.ends) not in there:
            yield f"{socket.host} {socket.protocol} {socket.ends} is gone"


def changed_lanes(before: Step | None, step: Step) -> Iterator[Lane]:
    """Yield the lanes that are elsewhere than before."""
    known = set(before.lanes) if before else set()
    yield from (lane for lane in step.lanes if lane not in known)


def printed_lines(step: Step) -> Iterator[tuple[int, str, str]]:
    """Yield what was printed, line by line: program, stream, text."""
    for each in step.printed:
        for line in each.text.splitlines():
            yield each.program, each.stream, harmless(line)


def head(walk: Walk, step: Step) -> str:
    """Return whose line a step ran, with its text."""
    if step.kind == "command":
        return "what the lab itself does: it types, or a command goes on"
    if step.mover is None:
        return "the programs are started" if not step.number else "the next program is started"
    name = who(walk, Lane(*step.mover, "stands"))
    if step.kind == "time" or step.ran is None:
        return f"{name}: its time runs out"
    program = step.mover[0]
    place = step.ran.line if step.ran.file == walk.programs[program].file else step.ran
    text = harmless(source_line(walk, program, step.ran.file, step.ran.line))
    return f"{name}:{place}  {text}"


def happened(walk: Walk, before: Step | None, step: Step) -> Iterator[tuple[str, str]]:
    """Yield what a step did: of which kind each is, and the sentence."""
    for packet in step.packets:
        end = "✗ lost" if packet.lost else f"▶ {packet.receiver}"
        yield "packet", f"{packet.sender} ── {packet.text} ──{end}"
    for program, stream, text in printed_lines(step):
        name = walk.programs[program].file
        yield "printed", f"{name} │ {'(stderr) ' if stream == 'stderr' else ''}{text}"
    for call in step.calls:
        name = who(walk, Lane(call.program, call.lane, "stands"))
        yield "call", harmless(f"{name} ƒ {call.text}")
    for each in step.variables:
        name = who(walk, Lane(each.program, each.lane, "stands"))
        now = "is gone" if each.text is None else f"= {each.text}"
        yield "variable", harmless(f"{name}: {each.name} {now}")
    for note in step.notes:
        yield "note", harmless(f"note: {note}")
    for socket in changed_sockets(before, step):
        yield "socket", f"socket: {socket}"
    for lane in changed_lanes(before, step):
        if lane.status != "stands" or (lane.program, lane.number) != step.mover:
            yield "lane", f"{who(walk, lane)} {where(lane)}"


def beside(walk: Walk, number: int) -> tuple[int, int]:
    """Return which programs are shown beside each other at a step: a server and a client.

    Of several it is the one that moved last, or that has just been started.
    """
    servers = [n for n, each in enumerate(walk.programs) if each.is_server]
    clients = [n for n, each in enumerate(walk.programs) if not each.is_server]
    left, right = (servers or clients)[0], (clients or servers)[0]
    for step in walk.steps[: number + 1]:
        newest = max(lane.program for lane in step.lanes)
        if step.kind == "start" and step.number and newest in clients:
            right = newest
        if step.mover is not None and step.mover[0] in servers:
            left = step.mover[0]
        elif step.mover is not None:
            right = step.mover[0]
    return left, right
