"""Turn pytest's outcome of one expectation into a verdict on a run."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from lab.errors import CouldNotJudge, LabError
from lab.observation.evidence import Comparison, Pointer, point
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict
from lab.suite.assertions import readable
from lab.suite.broken import is_a_slip, not_seen, slip
from lab.wire.question import Asked

NO_POINTER = (
    Exception,
    SystemExit,
    pytest.fail.Exception,
    pytest.skip.Exception,
    pytest.exit.Exception,
)
"""What may come of looking for pointers: one less is better than a verdict less."""

MOST_SAID = 300
"""Characters of an expectation's docstring that stand for its name."""


def verdict(
    item: pytest.Item,
    case: str,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    observation: Observation | None,
    comparison: Comparison | None,
    asked: Sequence[Asked] | None = (),
) -> Verdict:
    """Return the verdict of a test on a case, by the case's id in the test's name.

    A verdict that fails points at where the run left the path that was described. The comparison
    is the one that failed in the test, if any did. ``asked`` is what the test asked of the run,
    None where nobody reads why it fails.
    """
    outcome = _outcome(call, report)
    # A copy: to point may ask again.
    detail = _detail(call, report, item.path, None if asked is None else tuple(asked))
    detail = readable(detail, comparison)
    pointers: tuple[Pointer, ...] = ()
    if outcome is Outcome.FAILS and call.excinfo is not None and observation is not None:
        with suppress(*NO_POINTER):
            pointers = point(observation, call.excinfo.value, comparison, item.path)
    return Verdict(_name(item, case), outcome, detail, report.duration, pointers, _said(item))


def unjudged(item: pytest.Item, case: str) -> Verdict:
    """Return the verdict of a test that was selected, and that pytest never came to."""
    why = "pytest ended before it was judged"
    return Verdict(_name(item, case), Outcome.INCONCLUSIVE, why, said=_said(item))


def reason(verdicts: Iterable[Verdict]) -> str:
    """Return why nothing could be observed, as its expectations were told."""
    details = (each.detail.partition("\nTry: ")[0] for each in verdicts)
    return "; ".join(dict.fromkeys(" ".join(detail.split()) for detail in details))


def _name(item: pytest.Item, case: str) -> str:
    """Return the expectation's name: of a parametrized one with its parameters, not the case."""
    name = getattr(item, "originalname", None) or item.name
    callspec = getattr(item, "callspec", None)
    ids = f"-{callspec.id}-".replace(f"-{case}-", "-", 1).strip("-") if callspec else ""
    return f"{name}[{ids}]" if ids else str(name)


def _said(item: pytest.Item) -> str:
    """Return the first paragraph of the expectation's docstring, without the full stop."""
    text = inspect.getdoc(getattr(item, "function", None)) or ""
    return " ".join(text.partition("\n\n")[0].split()).removesuffix(".")[:MOST_SAID]


def _outcome(call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    if report.passed:
        return Outcome.HOLDS
    if call.when == "call" and report.failed:
        error = call.excinfo.value if call.excinfo else None
        is_ours = error is not None and (isinstance(error, CouldNotJudge) or is_a_slip(error))
        return Outcome.INCONCLUSIVE if is_ours else Outcome.FAILS
    return Outcome.INCONCLUSIVE


def _detail(
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    file: Path,
    asked: Sequence[Asked] | None,
) -> str:
    if report.passed:
        return ""
    if call.excinfo is None:
        return report.longreprtext
    error = call.excinfo.value
    told: str | None = None
    if isinstance(error, LabError | AssertionError):
        told = str(error)
    elif call.when == "call" and isinstance(error, Exception) and asked is not None:
        with suppress(Exception):  # Python's own words are better than none
            told = slip(error, file) if is_a_slip(error) else not_seen(error, file, asked)
    return told or call.excinfo.exconly()
