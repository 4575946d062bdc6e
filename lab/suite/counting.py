"""Count the expectations that one session of pytest selects and those that it judges."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import pytest

from lab.scenario import catalogue
from lab.scenario.no_exit import no_exit
from lab.suite.judging import Case


def case_of(item: pytest.Item) -> Case | None:
    """Return the case that an expectation is judged on; None for a test of another kind."""
    callspec = getattr(item, "callspec", None)
    given = callspec.params.get("observed") if callspec else None
    return given if isinstance(given, Case) else None


def by_case(items: Iterable[pytest.Item]) -> dict[Case, list[pytest.Item]]:
    """Return the expectations that were selected on each case, in their order."""
    found: dict[Case, list[pytest.Item]] = {}
    for item in items:
        if (case := case_of(item)) is not None:
            found.setdefault(case, []).append(item)
    return found


class Counting:
    """A plugin of pytest's that makes a session red where it did not judge what it selected.

    The processes of pytest-xdist tell the first one what they collect, by the ids of the tests.
    """

    def __init__(self) -> None:
        self._unjudged: dict[str, str] = {}
        self._judged: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what was selected, on the command line as well."""
        if not session.config.option.collectonly:
            self._select([item.nodeid for item in session.items if case_of(item) is not None])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Note what a process of xdist's has selected."""
        self._select(
            [each for each in ids if f"{catalogue.FILE}::" in each and "NOTSET" not in each]
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Judge an expectation so that nothing in it ends the process as if all were well."""
        with nullcontext() if case_of(item) is None else no_exit():
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was judged, and why something was not."""
        if report.skipped and report.nodeid in self._unjudged:
            reason: Any = report.longrepr
            told = reason[2] if isinstance(reason, tuple) else getattr(report, "wasxfail", "")
            self._unjudged[report.nodeid] = str(told)
        elif report.when == "call" or report.failed:
            self._judged.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Have a session fail that would end well with something unjudged."""
        if self.unjudged and session.exitstatus in (pytest.ExitCode.OK, 0):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name what was not judged."""
        if self.unjudged:
            number, all_of_them = len(self.unjudged), len(self._unjudged)
            terminalreporter.section(f"{number} of {all_of_them} expectations were not judged")
            for nodeid, why in self.unjudged.items():
                terminalreporter.line(f"{nodeid}: {why}")

    @property
    def unjudged(self) -> dict[str, str]:
        """Each expectation that was selected and not judged, with the reason."""
        known = self._unjudged.items()
        return {nodeid: why for nodeid, why in known if nodeid not in self._judged}

    def _select(self, ids: Sequence[str]) -> None:
        for nodeid in ids:
            self._unjudged.setdefault(nodeid, "pytest ended before")
