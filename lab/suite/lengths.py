"""How long cases may take, as far as the runs tell that the clone keeps."""

from __future__ import annotations

import json

from lab.clone import Clone
from lab.observation import store
from lab.suite.judging import Case
from lab.wire.address import Family

UNKNOWN = 2.0
"""Seconds for a case of which no run is kept: what most take."""


class Lengths:
    """Tells how long cases may take; each kept run is looked at once."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._known: dict[tuple[str, Family], float] = {}

    def of(self, case: Case) -> float:
        """Return how many seconds a case may take: as long as its scenario's kept run, unbroken."""
        which = case.scenario.name, case.family
        if which not in self._known:
            self._known[which] = self._kept(*which)
        return self._known[which]

    def _kept(self, scenario: str, family: Family) -> float:
        path = self._clone.results(scenario, family.value) / store.CARD
        try:
            return max(0.0, float(json.loads(path.read_bytes())["duration"]))
        except (OSError, ValueError, OverflowError, KeyError, TypeError):
            return UNKNOWN
