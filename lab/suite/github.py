"""What does not hold as workflow commands of GitHub, which shows each beside the line it is about.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario.catalogue import FILE
from lab.suite.table import reason

MOST = 10
"""How many GitHub shows of one step; it drops the others."""


def render(runs: Iterable[Run], folders: dict[str, Path], root: Path) -> list[str]:
    """Return a command for each expectation that does not hold, ten at most.

    A run that could not be judged has one. ``folders`` are those of scenarios by name, and paths
    are told from ``root``, the folder of the repository.
    """
    return [command for run in runs for command in _of_run(run, folders, root)][:MOST]


def _of_run(run: Run, folders: dict[str, Path], root: Path) -> Iterator[str]:
    if run.outcome is Outcome.HOLDS:
        return
    path = folders[run.scenario] / FILE
    lines = _lines(path)
    where = path.relative_to(root) if path.is_relative_to(root) else path
    failed = [each for each in run.verdicts if each.outcome is not Outcome.HOLDS]
    for verdict in failed:
        line = lines.get(verdict.expectation.partition("[")[0], 1)
        title = f"{run.name}: {verdict.outcome.value}"
        yield _command(where, line, title, f"{verdict.sentence}\n{verdict.detail}".strip())
    if not failed:
        yield _command(where, 1, f"{run.name}: {run.outcome.value}", reason(run))


def _lines(path: Path) -> dict[str, int]:
    body = ast.parse(path.read_bytes()).body
    return {each.name: each.lineno for each in body if isinstance(each, ast.FunctionDef)}


def _command(path: Path, line: int, title: str, text: str) -> str:
    properties = {"file": str(path), "line": str(line), "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
