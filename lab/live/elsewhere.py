"""Faults that are none of the page's: set by ``lab fault``, say, or by a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lab.hosts.agent.faults.faults import AT_PORT
from lab.hosts.agent.faults.mechanisms import AT_WORK

LOOKS = 2
"""How many looks in a row must meet a fault: trials of a kernel, and what is being undone, pass."""


class Elsewhere:
    """What hosts tell of what is done to them, less the page's own faults."""

    def __init__(self) -> None:
        self._noted: dict[str, list[str]] = {}
        self._own: dict[str, set[str]] = {}
        self._met: Counter[tuple[str, str]] = Counter()

    def take(self, host: str, guards: Iterable[str]) -> None:
        """Take in what a host tells of what is done to it; nothing where it is no longer there."""
        self._noted[host] = [each for each in guards if not each.startswith(AT_WORK)]

    def look(self, own: Iterable[str]) -> list[str]:
        """Return the faults of others in words, by host; ``own`` are the sentences of the page's.

        What was the page's own stays that until its host says that it is gone.
        """
        own = list(own)
        found: Counter[tuple[str, str]] = Counter()
        for host, noted in self._noted.items():
            known = self._own.get(host, set()) & set(noted)
            known |= {each for each in noted if any(_is(each, sentence) for sentence in own)}
            self._own[host] = known
            for each in noted:
                if each not in known:
                    found[host, each] = self._met[host, each] + 1
        self._met = found
        return [f"{host}: {what}" for (host, what), looks in found.items() if looks >= LOOKS]


def _is(noted: str, sentence: str) -> bool:
    """Tell whether a host's note is of the fault of this sentence."""
    rest = noted.removeprefix(sentence)
    return rest != noted and (rest in ("", AT_PORT) or rest.startswith(", by "))
