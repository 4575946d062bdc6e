"""What pytest refuses to collect: files of which something would not be judged, foreign code."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from lab.environment import shut_out
from lab.scenario import catalogue
from lab.wire.address import Service

OBSERVED = "observed"
"""The fixture that is the run; without it a function judges nothing."""


def complaint(path: Path, found: Sequence[pytest.Item | pytest.Collector]) -> str | None:
    """Return why what was found in a ``scenario.py`` cannot be judged as it stands there."""
    for name, lines in _defined_twice(path.read_text(encoding="utf-8")):
        return (
            f"{name} is defined {len(lines)} times (lines {', '.join(map(str, lines))}): "
            "only the last would be judged"
        )
    if not found:
        return "it says `__test__ = False`, so nothing in it would be judged"
    for each in found:
        if not isinstance(each, pytest.Function):
            return f"{each.name} is no function, so it would not be judged: write functions"
        if OBSERVED not in each.fixturenames:
            name = each.originalname
            return f"{name} does not ask for `{OBSERVED}`, so it judges no run: {name}({OBSERVED})"
    return None


def _defined_twice(text: str) -> Iterable[tuple[str, list[int]]]:
    lines: dict[str, list[int]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            lines.setdefault(node.name, []).append(node.lineno)
    return [(name, found) for name, found in lines.items() if len(found) > 1]


def environment_complaint() -> str | None:
    """Return why pytest, called by hand, would not judge all that was asked for; None if it would.

    The lab's own commands have shut the environment out before.
    """
    for name in {"PYTEST_ADDOPTS", "PYTEST_PLUGINS"}.intersection(shut_out(os.environ)):
        return f"{name} is set ({os.environ[name]!r}): unset it, and type the options"
    if sys.flags.optimize:
        return "Python leaves assertions out (-O, PYTHONOPTIMIZE): start it without"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse the ``conftest.py`` of a scenario's folder before pytest executes it."""
    if not early_config.known_args_namespace.noconftest and (wrong := _foreign_code(early_config)):
        raise pytest.UsageError(wrong)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Call a row by its service: ``TCP 15000``."""
    return str(val) if isinstance(val, Service) else None


def _foreign_code(config: pytest.Config) -> str | None:
    for word in config.known_args_namespace.file_or_dir or [str(config.rootpath)]:
        path = Path(config.invocation_params.dir, str(word).partition("::")[0])
        for known in _folders(path):
            if (known / "conftest.py").is_file():
                return f"{known / 'conftest.py'}: a scenario's folder has none; it would be run"
    return None


def _folders(path: Path) -> list[Path]:
    """Return the scenario folders at a path or below it."""
    if path.is_file():
        return [path.parent] if path.name == catalogue.FILE else []
    below = [path / "scenarios", path]
    here = [path] if (path / catalogue.FILE).is_file() else []
    return here + [folder for root in below for folder in catalogue.folders(root)]
