"""What to try next where programs could not meet: an address is built in, arguments are missing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping

from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.scenario.replacing import built_in
from lab.story.text import harmless

_USAGE = re.compile(
    r"^\W*usage\b|\b(?:usage|aufruf|verwendung|benutzung|syntax)\s*:|\bpython3?\s+\S+\.py\b", re.I
)
"""What stands in a line that says how a program is called."""

_MISREAD = ("IndexError", "ValueError")
"""What Python raises where an argument is missing, or is of another kind."""

MOST_QUOTED = 80
"""Characters of such a line that are quoted."""


def advice(observation: Observation, sources: Collection[Mapping[str, bytes]]) -> Iterator[str]:
    """Yield what to type where programs wanted other arguments, or called the wrong address.

    That is themselves, or an address of another network. ``sources`` are the files of the server
    and of the clients.
    """
    met = observation.conversations(server="server")
    if all(each.refused for each in met):
        yield from _arguments(observation)
    if met and not observation.failures:
        return
    known = {
        address.split("/")[0] for host in observation.hosts for address in host.addresses.values()
    }
    for name in built_in(sources):
        if name not in known:
            typed = f"\"{name}='server'\"" if name.endswith(")") else f"{name}=server"
            yield f"--replace {typed}, since the programs have {name} built in"


def _arguments(observation: Observation) -> Iterator[str]:
    """Yield for each side which of its programs ended by saying how it wants to be called."""
    told = set()
    for each in observation.transcripts:
        side = "server" if each.host == "server" else "client"
        said = _complaint(each) if each.ended_by and side not in told else ""
        if said:
            told.add(side)
            words = (
                f'with "{shlex.join(each.arguments)}"' if each.arguments else "without arguments"
            )
            called = harmless(f'{each.program} was called {words}, and said "{said}"')
            yield f"--{side}-args WORDS, since {called}"


def _complaint(program: Transcript) -> str:
    """Return what a program said of its arguments: its usage, or what reading them has raised."""
    usage = next((line.text.strip() for line in program.lines if _USAGE.search(line.text)), "")
    error = program.error or ""
    if not usage and error.startswith(_MISREAD) and any("argv" in each for each in program.stderr):
        usage = error
    return usage if len(usage) <= MOST_QUOTED else f"{usage[:MOST_QUOTED]}…"
