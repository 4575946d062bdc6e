"""Turn pytest's outcome of one expectation into a verdict on a run."""

from __future__ import annotations

import pytest

from lab.errors import CouldNotJudge, LabError
from lab.observation.evidence import Pointer, point, run_again
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict


def verdict(
    item: pytest.Item,
    case: str,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    observation: Observation | None,
) -> Verdict:
    """Return the verdict of a test on a case, by the case's id in the test's name.

    A verdict that fails points at where the run left the path that was described.
    """
    outcome = _outcome(call, report)
    pointers = _pointers(item, observation) if outcome is Outcome.FAILS else ()
    return Verdict(_name(item, case), outcome, _detail(call, report), report.duration, pointers)


def _name(item: pytest.Item, case: str) -> str:
    """Return the expectation's name: of a parametrized one with its parameters, not the case."""
    name = getattr(item, "originalname", None) or item.name
    callspec = getattr(item, "callspec", None)
    ids = f"-{callspec.id}-".replace(f"-{case}-", "-", 1).strip("-") if callspec else ""
    return f"{name}[{ids}]" if ids else str(name)


def _pointers(item: pytest.Item, observation: Observation | None) -> tuple[Pointer, ...]:
    """Return the places that make an expectation fail; run it once more to find them."""
    if observation is None or not isinstance(item, pytest.Function):
        return ()
    try:
        return point(observation, run_again(item.runtest), item.path)
    except Exception:  # a pointer less is better than a verdict less
        return ()


def _outcome(call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    if report.passed:
        return Outcome.HOLDS
    if call.when == "call" and report.failed:
        judged = call.excinfo is None or not call.excinfo.errisinstance(CouldNotJudge)
        return Outcome.FAILS if judged else Outcome.INCONCLUSIVE
    return Outcome.INCONCLUSIVE


def _detail(call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    if report.passed:
        return ""
    if call.excinfo is None:
        return report.longreprtext
    error = call.excinfo.value
    if isinstance(error, LabError | AssertionError):
        return str(error) or call.excinfo.exconly()
    return call.excinfo.exconly()
