"""What came of all scenarios on other engines: kept when they are played, and made into a table.

`python tests/engines/results.py` puts the table into docs/engines.md; a unit test holds it there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.hosts.docker import lock

CLONE = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("results.json")
PAGE = CLONE / "docs" / "engines.md"
LIMITS = "<!-- made by tests/engines/results.py: limits -->\n"
BEGIN, END = "<!-- made by tests/engines/results.py -->\n", "<!-- end -->\n"

Results = Mapping[str, Any]
"""By an engine's name: ``date``, ``held`` (by part: the runs that hold, all runs), ``not_held``,
where all scenarios were played; ``looked`` (a date), ``unlimited``, where the doctor was asked."""

NOT_CARRIED = "the machine that the engine runs on, or the host's link, does not carry it"
"""What is said where no echo comes back."""

DEADLINE = 60.0
"""Seconds to wait for another test that keeps its results."""


def kept() -> dict[str, Any]:
    """Return what was kept last."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def keep(name: str, told: Mapping[str, Any]) -> None:
    """Keep what the tests on the engine of that name have told."""
    with lock.held(CLONE, "results", DEADLINE, "another test's keeping of results"):
        known = kept() if KEPT.exists() else {}
        known[name] = {**known.get(name, {}), **told}
        text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
        KEPT.write_text(f"{text}\n", encoding="utf-8")


def limits(date: str, said: str) -> dict[str, Any]:
    """Return what is kept of what the doctor says of limits: what has none."""
    return {"looked": date, "unlimited": said.partition("no limit of ")[2].partition(": ")[0]}


def result(date: str, records: Sequence[Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Return what is kept of the records of runs; those with one reason are told together."""
    played: dict[str, list[int]] = {part: [0, 0] for part in sorted(set(parts.values()))}
    not_held: dict[str, list[str]] = {}
    for record in records:
        part = played[parts[record["scenario"]]]
        part[1] += 1
        if record.get("outcome") == "holds":
            part[0] += 1
        else:
            why = "; ".join(record["inconclusive"]) or str(record.get("outcome", "not judged"))
            reason = NOT_CARRIED if NOT_CARRIED in why else why.partition(": ")[0]
            not_held.setdefault(reason, []).append(f"`{record['scenario']}` {record['family']}")
    told = [f"{', '.join(runs)}: {reason}" for reason, runs in not_held.items()]
    return {"date": date, "held": played, "not_held": told}


def render(results: Results) -> str:
    """Return the table of what was played."""
    played = {name: told for name, told in results.items() if "held" in told}
    parts = sorted({part for each in played.values() for part in each["held"]})
    lines = [
        f"| engine | played | {' | '.join(parts)} | what does not hold |",
        f"|---|---|{'---|' * len(parts)}---|",
    ]
    for name, told in played.items():
        figures = ["{}/{}".format(*told["held"].get(part, (0, 0))) for part in parts]
        rest = "; ".join(told["not_held"]).replace("|", "\\|") or "nothing"
        lines.append(f"| {name} | {told['date']} | {' | '.join(figures)} | {rest} |")
    return "\n".join(lines) + "\n"


def render_limits(results: Results) -> str:
    """Return the table of what has no limit."""
    lines = ["| engine | looked at | no limit of |", "|---|---|---|"]
    lines += [
        f"| {name} | {told['looked']} | {told['unlimited'] or 'all are kept'} |"
        for name, told in results.items()
        if "looked" in told
    ]
    return "\n".join(lines) + "\n"


def page(text: str, results: Results) -> str:
    """Return the page with the tables of these results in their places."""
    for mark, table in ((BEGIN, render(results)), (LIMITS, render_limits(results))):
        before, begin, rest = text.partition(mark)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise ValueError("the page has no place for a table")
        text = f"{before}{mark}{table}{END}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), kept()), encoding="utf-8")
