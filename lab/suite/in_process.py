"""Scenarios judged by pytest in this process: what it finds becomes runs, and no output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from lab import environment
from lab.clone import Clone
from lab.errors import LabError
from lab.observation import store
from lab.observation.run import Run
from lab.scenario.scenario import Scenario
from lab.suite.judging import Case, Judging
from lab.suite.plugin import JUDGING

Say = Callable[[str], None]


class Reporter:
    """Hands over what is judged, and keeps what went wrong instead of pytest's own output."""

    def __init__(self, counted: Counted, progress: Say) -> None:
        self._counted = counted
        self._progress = progress
        self._config: pytest.Config | None = None
        self.broken: list[str] = []
        self.errors: list[BaseException] = []
        self.interrupted = False
        self.ended_by = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Keep the configuration for a Ctrl-C that comes before all plugins are set up."""
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take pytest's own reporter away, and hand over what is judged."""
        config.stash[JUDGING] = self._counted.judging
        config.pluginmanager.unregister(name="terminalreporter")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not even be collected."""
        if report.failed:
            self.broken.append(report.longreprtext)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Have pytest not read sources for reports of its own, where none is written.

        A verdict has words of its own.
        """
        if session.config.getoption("xmlpath", None) is None:
            session.config.option.tbstyle = "line"

    def pytest_runtest_logstart(self) -> None:
        """Say what is being judged."""
        self._progress(self._counted.now)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the end of a run met with: its results could not be kept, say."""
        if error := getattr(report, "socketlab_error", None):
            self.errors.append(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep who wants an end: the user, a file (``pytest.exit``), or pytest itself."""
        if self._config is not None:
            self._config.pluginmanager.unregister(name="terminalreporter")
        self.interrupted = excinfo.type is KeyboardInterrupt
        self.ended_by = str(excinfo.value)
        if isinstance(excinfo.value, pytest.exit.Exception):
            self.ended_by = f"pytest.exit was called: {excinfo.value.msg}"

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep an error of pytest's or ours, so that it cannot pass for success."""
        self.errors.append(excinfo.value)


def judge(
    clone: Clone,
    files: Sequence[Path],
    judging: Judging,
    progress: Say,
    *,
    junit: Path | None = None,
) -> None:
    """Have these ``scenario.py`` judged; raises LabError where pytest could not do its part.

    ``junit`` is where a JUnit report of it is written.
    """
    counted = Counted(judging)
    reporter = Reporter(counted, progress)
    if junit is not None and junit.is_symlink():
        junit.unlink()  # pytest would write to where it leads
    with _alone(files):
        try:
            status = pytest.main(
                [
                    *map(str, files),
                    f"--rootdir={clone.root}",
                    *([f"--junitxml={junit}"] if junit else []),
                    "--import-mode=importlib",
                    "--noconftest",
                    *("-p", "lab.suite.plugin"),
                    *("-p", "no:cacheprovider"),
                    # It collects garbage five times at the end, and is about tests' own leaks.
                    *("-p", "no:unraisableexception"),
                    # It tells of threads that Ctrl-C broke off.
                    *("-p", "no:threadexception"),
                    # What a failed assertion compared takes long to be put into words.
                    *(() if judging.is_told else ("--assert=plain",)),
                    *("-c", os.devnull),
                ],
                plugins=[reporter],
            )
        except OSError as error:
            raise store.unwritable(clone.out, error) from error
    if reporter.interrupted:
        raise KeyboardInterrupt
    if reporter.errors:
        raise reporter.errors[0]
    if reporter.broken:
        raise LabError("judging the scenarios", "\n".join(reporter.broken))
    counted.finish(reporter.ended_by or f"pytest ended with status {int(status)}")


class Counted:
    """Sees to it that each case that was selected is finished: with a run, or with the reason."""

    def __init__(self, judging: Judging) -> None:
        self._judging = judging
        self._open: dict[Case, None] = {}
        self._selected = 0
        self.judging = replace(judging, cases=self._cases, finished=self._finished)

    @property
    def now(self) -> str:
        """The case that is being judged, and its place: ``[12/80] tcp_refused · IPv4``."""
        case = next(iter(self._open), None)
        if case is None:
            return ""
        place = f"[{self._selected - len(self._open) + 1}/{self._selected}]"
        broken = f" · {case.sentence}" if case.sentence else ""
        return f"{place} {case.scenario.name} · {case.family.label}{broken}"

    def finish(self, ended_by: str) -> None:
        """Have those that were not judged be runs that could not be judged."""
        for case in [*self._open]:
            reason = f"none of its expectations was judged: {ended_by}"
            self._finished(case, Run(case.scenario.name, case.family, reason=reason))

    def _cases(self, scenario: Scenario) -> Sequence[Case]:
        cases = self._judging.cases(scenario)
        self._open.update(dict.fromkeys(cases))
        self._selected += len(cases)
        return cases

    def _finished(self, case: Case, run: Run) -> None:
        self._open.pop(case, None)
        self._judging.finished(case, run)


@contextmanager
def _alone(files: Sequence[Path]) -> Iterator[None]:
    """Shut the environment out, other plugins too, and keep the module table as it was."""
    with pytest.MonkeyPatch.context() as patched:
        for name in environment.shut_out(os.environ):
            patched.delenv(name)
        patched.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patched.setattr(sys, "path", [*sys.path])
        try:
            yield
        finally:
            # pytest names a module by its place below the root. The next one may be another.
            judged = set(map(str, files))
            for module in [*sys.modules]:
                if getattr(sys.modules[module], "__file__", None) in judged:
                    del sys.modules[module]
