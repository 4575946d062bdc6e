"""What the last proof of a scenario found, as ``out/`` keeps it beside the scenario's runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lab.clone import Clone
from lab.observation import store
from lab.scenario import catalogue
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite import proof, results

FILE = "proof.json"


def keep(clone: Clone, found: proof.Proof) -> None:
    """Keep what a proof found instead of what an earlier one did; docs/json.md has the layout.

    Raises UsageError or NoSpace where it cannot be kept.
    """
    folder = clone.results(found.scenario)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store.unwritable(folder, error) from error
    store.put(folder / FILE, json.dumps(results.from_proofs([found]), indent=1) + "\n")


def load(clone: Clone, scenario: Scenario) -> dict[str, Any] | None:
    """Return what the last proof of a scenario found, as docs/json.md says.

    It is None where none is kept, where what is kept is no proof of this layout, and where the
    scenario's files or its breaks have changed since.
    """
    path = clone.results(scenario.name) / FILE
    try:
        document = json.loads(path.read_bytes())
        kept_ns = path.stat().st_mtime_ns
        found = document["proofs"][0]
        for trial in found["breaks"]:
            _ = trial["sentence"], trial["family"], trial["noticed_by"], trial["inconclusive"]
        made_of = [*changes(scenario), (scenario.folder / proof.FILE).stat().st_mtime_ns]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return found if isinstance(found, dict) and kept_ns >= max(made_of) else None


def changes(scenario: Scenario) -> Iterator[int]:
    """Yield when each file that a run is made of was changed, in epoch nanoseconds."""
    for name in (catalogue.FILE, *files_of(scenario.folder)):
        yield (scenario.folder / name).stat().st_mtime_ns
