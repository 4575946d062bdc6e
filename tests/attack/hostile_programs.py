"""Attacks by programs that are tried on the lab's hosts, each followed by an innocent run."""

from __future__ import annotations

import re
from collections.abc import Callable

from attack_target import Played, Target
from attacking import Attack, Broke

Judge = Callable[[Played], str]

HELD = "the command ends and says so, nothing is left, and the next, innocent run is green"
FULL_MB, FULL_FILES = 70, 20_000
"""What one place may take at most."""


def program(
    name: str,
    kind: str,
    client: str,
    *arguments: str,
    held: str = "",
    judge: Judge = lambda played: "",
    deadline: float = 240,
    quick: bool = False,
    **how: str,
) -> Attack[Target]:
    """Return the attack by one client; ``judge`` raises Broke for what it saw, or adds figures."""

    def carry(target: Target) -> str:
        played = target.play(client, *arguments, **how)
        found = judge(played)
        target.check()
        return f"{played.call.figures}; {found}".removesuffix("; ")

    return Attack(name, kind, f"{HELD}; {held}".removesuffix("; "), carry, deadline, quick)


def says(*words: str) -> Judge:
    """Return a judge for whom the client must have printed a line that begins so."""

    def judge(played: Played) -> str:
        lines = played.lines()
        for word in words:
            if not any(line.startswith(word) for line in lines):
                raise Broke(f"{word!r} was not printed: {lines[:5]} {played.call.text[-300:]}")
        return ""

    return judge


def was_stopped(played: Played) -> str:
    """Have the lab's words say that it stopped the client, and why."""
    if played.observation is None:
        raise Broke(f"nothing was told of it: {played.call.text[-300:]}")
    if not played.observation.failures:
        raise Broke("the lab did not say that it stopped the program")
    return "; ".join(played.observation.failures)[:120]


def is_bounded(played: Played) -> str:
    """Have every place full before it was too much."""
    lines = played.lines()
    numbers = [int(found[1]) for line in lines if (found := re.search(r" (\d+) (MB|files)", line))]
    if len(numbers) != 7:
        raise Broke(f"only {lines} was told")
    for line, number in zip(lines, numbers, strict=True):
        if number > (FULL_MB if "MB" in line else FULL_FILES):
            raise Broke(f"without a limit: {line}")
    return f"in all {sum(numbers)} {lines[0].split()[-1]} went in"


def had_time(played: Played) -> None:
    """Raise TimeoutError where the client was stopped before it had tried all.

    A machine that is busy enough makes that happen. It says nothing of what was not tried.
    """
    programs = played.observation.transcripts if played.observation else ()
    for client in programs:
        if client.host == "client" and client.stopped_for:
            raise TimeoutError(f"not all was tried: {client.stopped_for}")


def could_nothing(played: Played) -> str:
    """Have nothing been possible."""
    had_time(played)
    *possible, last = played.lines() or [""]
    if possible or last != "that is all":
        raise Broke(f"possible: {[*possible, last]}; {played.call.text[-300:]}")
    return "every try was refused"


def prints_only(*expected: str) -> Judge:
    """Return a judge for whom the client must have printed this, and no more."""

    def judge(played: Played) -> str:
        had_time(played)
        if played.lines() != [*expected]:
            raise Broke(f"printed {played.lines()[:9]} instead of {expected}")
        return ""

    return judge


def counts(what: str) -> Judge:
    """Return a judge that has the last number which the client printed as its figure."""

    def judge(played: Played) -> str:
        lines = played.lines()
        return f"{lines[-1]} {what}" if lines and lines[-1].isdigit() else f"no count of {what}"

    return judge


def stays_text(played: Played) -> str:
    """Have hostile lines shown, and never obeyed: by the terminal, the page and the picture."""
    told = played.call.text
    if found := re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told):
        raise Broke(f"the terminal is sent {found[0]!r}")
    page = (played.folder / "page.html").read_text(encoding="utf-8")
    obeyed = r"<(script>forged|img src=x|svg onload|iframe|\w+[^<>]*=.?http://forged)"
    if found := re.search(obeyed, page):
        raise Broke(f"the page has {found[0]!r}")
    if page.count("<script") != page.count("</script>") or page.count("<script") != 2:
        raise Broke(f"the page has {page.count('<script')} scripts")
    return f"page of {len(page) // 1000} kB with 2 scripts, both the lab's"


def many_branches(target: Target) -> str:
    """Try a program of 400 branches, which nothing may read by recursion."""
    lines = ["import sys", "import innocent", "n = len(sys.argv)", "if n < 0:", "    print('no')"]
    for number in range(400):
        lines += [f"elif n == {number + 100}:", f"    print({number})"]
    (target.programs / "branches.py").write_text("\n".join([*lines, "print('through')", ""]))
    played = target.play("branches.py")
    prints_only("hello", "through")(played)
    target.check()
    return played.call.figures


PROGRAMS: tuple[Attack[Target], ...] = (
    program("fork-bomb", "processes", "fork_bomb.py", quick=True),
    program("sub-reapers", "processes", "sub_reapers.py", quick=True),
    program("pid-hopper", "processes", "pid_hopper.py", quick=True),
    program("deaf", "processes", "deaf.py", "ignores", judge=was_stopped),
    program("stops-itself", "processes", "deaf.py", "stops", judge=was_stopped),
    program("closes-its-pipes", "processes", "deaf.py", "closes", judge=was_stopped),
    program("memory-private", "memory", "memory_bomb.py", "private", quick=True),
    program("memory-shared", "memory", "memory_bomb.py", "shared"),
    program("memory-file", "memory", "memory_bomb.py", "file"),
    program(
        "outlives-and-forges",
        "memory",
        "outlives.py",
        "forge",
        held="no process lives on, and no program is forged, though the agent was killed",
        quick=True,
    ),
    program(
        "outlives-and-becomes-root",
        "memory",
        "outlives.py",
        "root",
        held="nothing on the host's root has another owner, though the agent was killed",
    ),
    program("lines-without-end", "output", "prints.py", "lines", judge=was_stopped, quick=True),
    program("errors-without-end", "output", "prints.py", "errors", judge=was_stopped, quick=True),
    program("one-endless-line", "output", "prints.py", "one line", judge=was_stopped),
    program("empty-lines", "output", "prints.py", "empty lines", judge=was_stopped),
    program("endless-bytes", "output", "prints.py", "bytes", judge=was_stopped),
    program(
        "lies",
        "output",
        "lies.py",
        server="takes_all.py",
        held="hostile words are shown as text, never obeyed",
        judge=stays_text,
        quick=True,
    ),
    program("row-of-blanks", "output", "blanks.py", held="in no time", deadline=90, quick=True),
    Attack("many-branches", "output", HELD, many_branches, 30, quick=True),
    program(
        "fills-with-bytes",
        "disk",
        "fills.py",
        "bytes",
        held=f"no place takes more than {FULL_MB} MB",
        judge=is_bounded,
        quick=True,
    ),
    program(
        "fills-with-files",
        "disk",
        "fills.py",
        "files",
        held=f"no place takes more than {FULL_FILES} files",
        judge=is_bounded,
        quick=True,
    ),
    program("nested-folders", "disk", "nests.py", judge=says("nested"), quick=True),
    program(
        "leaves-things-for-later",
        "disk",
        "persists.py",
        judge=says("left"),
        held="no later program reads or runs them",
        quick=True,
    ),
    program("many-listeners", "sockets", "opens.py", "tcp", judge=counts("listeners"), quick=True),
    program("many-udp-sockets", "sockets", "opens.py", "udp", judge=counts("sockets")),
    program("datagrams", "packets", "floods.py", "10000", judge=counts("datagrams"), quick=True),
    program(
        "a-million-datagrams",
        "packets",
        "floods.py",
        "1000000",
        judge=counts("datagrams"),
        deadline=400,
    ),
    program(
        "short-connections",
        "packets",
        "connects.py",
        "100",
        server="greets_many.py",
        judge=counts("connections"),
        quick=True,
    ),
    program(
        "a-thousand-connections",
        "packets",
        "connects.py",
        "1000",
        server="greets_many.py",
        judge=counts("connections"),
        deadline=360,
    ),
    program(
        "a-large-transfer",
        "packets",
        "transfers.py",
        "200",
        server="takes_all.py",
        deadline=400,
    ),
    program(
        "powers",
        "powers",
        "powers.py",
        held="every try is refused",
        judge=could_nothing,
        deadline=400,
        quick=True,
        options="--deadline 60",
    ),
)
