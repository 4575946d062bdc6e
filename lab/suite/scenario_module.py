"""A ``scenario.py`` as pytest collects it: a module whose tests are expectations on one run."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import pytest

from lab.errors import LabError
from lab.observation.observation import Observation
from lab.scenario import catalogue
from lab.scenario.importing import sources_only
from lab.scenario.no_exit import no_exit
from lab.scenario.scenario import Scenario
from lab.suite.collecting import complaint, environment_complaint

DEFAULT = "test_every_program_listened_and_ended_as_it_should"
"""The expectation that each scenario has unless it defines its own of this name."""


class ScenarioModule(pytest.Module):
    """A ``scenario.py``: its test functions are expectations on what one run showed."""

    scenario: Scenario

    def _getobj(self) -> ModuleType:
        try:
            if wrong := environment_complaint():
                raise self.CollectError(wrong)
            with no_exit(), sources_only(self.path.parent):
                module: ModuleType = super()._getobj()  # type: ignore[no-untyped-call]
            self.scenario = catalogue.scenario_in(module, self.path.parent)
        except LabError as error:
            raise self.CollectError(str(error)) from None
        except (SystemExit, pytest.skip.Exception, pytest.exit.Exception) as error:
            raise self.CollectError(f"importing it: {type(error).__name__}: {error}") from None
        if not hasattr(module, DEFAULT):
            setattr(module, DEFAULT, _every_program_behaved)
        return module

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Collect the expectations; refuse a file in which something would not be judged."""
        found = list(super().collect())
        if wrong := complaint(self.path, found):
            raise self.CollectError(f"{self.path}: {wrong}")
        return found


def _every_program_behaved(observed: Observation) -> None:
    if observed.failures:
        raise AssertionError("\n".join(observed.failures))
