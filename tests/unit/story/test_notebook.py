"""A notebook shows an observation as its ladder, and pays nothing for that before it does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from played import hello

from lab.observation.observation import Observation
from lab.story import notebook

Draw = Callable[[Observation], str]

SHELL = """
import sys
from types import ModuleType, SimpleNamespace
asked = []
formatter = SimpleNamespace(for_type_by_name=lambda *what: asked.append(what[:2]))
shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"image/svg+xml": formatter}))
ipython = ModuleType("IPython")
ipython.get_ipython = lambda: shell
sys.modules["IPython"] = ipython
import lab
print(*asked)
print("lab.observation.observation" in sys.modules, "jinja2" in sys.modules)
"""


@dataclass
class Formatter:
    """Stands in for IPython's formatter of one media type."""

    known: dict[tuple[str, str], Draw] = field(default_factory=dict)

    def for_type_by_name(self, module: str, name: str, draw: Draw) -> None:
        self.known[module, name] = draw


def test_a_notebook_shows_an_observation_as_its_ladder() -> None:
    formatter = Formatter()
    notebook.register({notebook.SVG: formatter})
    observation = hello().observation()
    draw = formatter.known[type(observation).__module__, type(observation).__name__]
    assert "<svg" in draw(observation)


def test_where_ipython_runs_no_shell_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    notebook.register()


def test_lab_registers_itself_in_a_notebook_and_imports_nothing_heavy_for_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SHELL], check=True, capture_output=True, text=True, timeout=30
    )
    asked, heavy = ran.stdout.splitlines()
    assert asked == "('lab.observation.observation', 'Observation')"
    assert heavy == "False False"
