"""Scenarios judged by pytest in this process: what it finds becomes runs, and no output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from lab.clone import Clone
from lab.errors import LabError
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.suite.plugin import FAMILY_OPTION, NETWORK, Run

Say = Callable[[str], None]


class Reporter:
    """Collects the runs that pytest makes, in place of its own output."""

    def __init__(self, network: RunningLab, progress: Say) -> None:
        self._network = network
        self._progress = progress
        self.runs: list[Run] = []
        self.broken: list[str] = []
        self.errors: list[BaseException] = []
        self.interrupted = False

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take pytest's own reporter away, and hand over the lab."""
        config.stash[NETWORK] = self._network
        config.pluginmanager.unregister(name="terminalreporter")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not even be collected."""
        if report.failed:
            self.broken.append(report.longreprtext)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what is being judged."""
        self._progress(nodeid.replace("::test_", ": ").replace("_", " "))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep each run once, in the order of first judgement, and what ending it met with."""
        if error := getattr(report, "socketlab_error", None):
            self.errors.append(error)
        run = getattr(report, "socketlab_run", None)
        if run is not None and run not in self.runs:
            self.runs.append(run)

    def pytest_keyboard_interrupt(self) -> None:
        """Keep that the user wants an end, which pytest makes an exit status of."""
        self.interrupted = True

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep an error of pytest's or ours, so that it cannot pass for success."""
        self.broken.append(str(excrepr))


def judge(
    clone: Clone,
    network: RunningLab,
    files: Sequence[str],
    family: str | None,
    progress: Say,
) -> list[Run]:
    """Run and judge these ``scenario.py``; raises LabError where pytest could not do its part."""
    reporter = Reporter(network, progress)
    options = [f"{FAMILY_OPTION}={family}"] if family else []
    with _alone():
        try:
            pytest.main(
                [
                    *files,
                    *options,
                    f"--rootdir={clone.root}",
                    f"--junitxml={clone.out / 'junit.xml'}",
                    "--import-mode=importlib",
                    "-p",
                    "lab.suite.plugin",
                    "-p",
                    "no:cacheprovider",
                    # It collects garbage five times at the end, and is about tests' own leaks.
                    "-p",
                    "no:unraisableexception",
                    "-c",
                    os.devnull,
                ],
                plugins=[reporter],
            )
        except OSError as error:
            raise store.unwritable(clone.out, error) from error
    if reporter.interrupted:
        raise KeyboardInterrupt
    for wrong in reporter.errors:
        if isinstance(wrong, LabError):
            raise wrong
        reporter.broken.append(f"{type(wrong).__name__}: {wrong}")
    if reporter.broken:
        raise LabError("judging the scenarios", "\n".join(reporter.broken))
    return reporter.runs


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other plugins of the environment out, and the terminal and module table as they were."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
