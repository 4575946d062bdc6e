"""What traceroute prints (traceroute(8) of Dmitry Butskoy): one line for each hop."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.observation.transcript import Transcript

LINE = r"^ *(\d+)  (.+)$"
ADDRESS = re.compile(r"^(?:\S+ \()?([\da-f.:]+)\)?")
TIME = re.compile(r"([\d.]+) ms")


@dataclass(frozen=True)
class Hop:
    """One line: the hops that a probe was given, who answered, and the times of the answers.

    ``address`` is None where nobody answered; of several it is the first. ``milliseconds`` has one
    time for each answer.
    """

    number: int
    address: str | None
    milliseconds: tuple[float, ...]


def traceroute(transcript: Transcript) -> list[Hop]:
    """Read the hops that traceroute printed, in order."""
    hops = []
    for number, rest in transcript.findall(LINE):
        address = ADDRESS.search(re.sub(r"^(\* )+", "", rest))
        times = tuple(float(each) for each in TIME.findall(rest))
        hops.append(Hop(int(number), address[1] if address else None, times))
    return hops
