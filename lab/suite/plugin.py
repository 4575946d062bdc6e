"""pytest learns what a scenario is: ``scenario.py`` files are collected, ``observed`` is the run.

``pytest scenarios`` and ``lab run`` come through here alike. A run whose observation cannot be
judged gives errors, never passes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lab.clone import Clone, here
from lab.errors import CouldNotJudge, LabError
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.observation import evidence, store
from lab.observation.observation import Observation
from lab.observation.verdict import Verdict
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.story.terminal.render import render_text
from lab.suite.outcome import verdict
from lab.wire.address import Family

STANDING = "test_every_program_listened_and_ended_as_it_should"

FAMILY_OPTION = "--ip-version"


class Inconclusive(CouldNotJudge):
    """A run was made, and its observation says why nothing can be concluded from it."""


@dataclass(eq=False)
class Run:
    """One scenario over one IP version, in this session: its observation and its verdicts.

    Each is itself only: runs of two scenarios that could not begin would be equal in all else.
    """

    scenario: Scenario
    family: Family
    observation: Observation | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    told: bool = False

    @property
    def name(self) -> str:
        """What the run is called: ``tcp_connect over IPv4``."""
        return f"{self.scenario.name} over {self.family.label}"


NETWORK = pytest.StashKey[RunningLab]()
"""In a session's config: the running lab, where whoever called pytest has opened it already."""


class ScenarioModule(pytest.Module):
    """A ``scenario.py``: its test functions are expectations on what one run showed."""

    scenario: Scenario

    def _getobj(self) -> ModuleType:
        module: ModuleType = super()._getobj()  # type: ignore[no-untyped-call]
        try:
            self.scenario = catalogue.scenario_in(module, self.path.parent)
        except LabError as error:
            raise self.CollectError(str(error)) from None
        if not hasattr(module, STANDING):
            setattr(module, STANDING, _every_program_behaved)
        return module


def _every_program_behaved(observed: Observation) -> None:
    if observed.failures:
        raise AssertionError("; ".join(observed.failures))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the IP version."""
    group = parser.getgroup("socketlab", "Socket Lab scenarios")
    group.addoption(
        FAMILY_OPTION,
        choices=[family.value for family in Family],
        help="run scenarios over this IP version only",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Have scenario files collected, with the assertions explained."""
    config.addinivalue_line("python_files", catalogue.FILE)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Collect a ``scenario.py`` as a scenario, any other file as pytest does."""
    if module_path.name == catalogue.FILE:
        module: pytest.Module = ScenarioModule.from_parent(parent, path=module_path)
        return module
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each expectation once per IP version of its scenario."""
    module = metafunc.definition.getparent(ScenarioModule)
    if module is None or "observed" not in metafunc.fixturenames:
        return
    only = metafunc.config.getoption(FAMILY_OPTION)
    runs: dict[Family, Run] = module.stash.setdefault(_RUNS, {})
    families = [family for family in module.scenario.families if only in (None, family.value)]
    metafunc.parametrize(
        "observed",
        [runs.setdefault(family, Run(module.scenario, family)) for family in families],
        ids=[family.value for family in families],
        indirect=True,
        scope="module",
    )


_RUNS = pytest.StashKey[dict[Family, Run]]()

_OBSERVED = pytest.StashKey[list[Run]]()
"""In a session's config: every run that was made."""


@pytest.fixture(scope="session")
def clone() -> Clone:
    """Give the clone that the session works in."""
    return here()


@pytest.fixture(scope="session")
def lab_network(request: pytest.FixtureRequest, clone: Clone) -> Iterator[RunningLab]:
    """Give the running lab, brought up where it is down; one session at a time uses it."""
    given = request.config.stash.get(NETWORK, None)
    if given is not None:
        _bring_all(request.session, given)
        yield given
        return
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            sys.stderr.write(f"\nlab: {text}")

    with open_lab(clone, say) as network:
        _bring_all(request.session, network)
        yield network


def _bring_all(session: pytest.Session, network: RunningLab) -> None:
    """Bring up at once every host that the chosen scenarios need, which is faster.

    What goes wrong is told by each run that needs the host: the others go on.
    """
    modules = {item.getparent(ScenarioModule) for item in session.items}
    hosts = {host for module in modules if module for host in module.scenario.hosts}
    with suppress(LabError):
        network.ensure(sorted(hosts))


@pytest.fixture(scope="module")
def observed(
    request: pytest.FixtureRequest, lab_network: RunningLab, clone: Clone
) -> Iterator[Observation]:
    """Give what one run of the scenario showed; its results are kept when all is judged."""
    run: Run = request.param
    run.scenario.check(Lab(clone.root).hosts)
    run.observation = observe(lab_network, run.scenario, run.family)
    request.config.stash.setdefault(_OBSERVED, []).append(run)
    folder = clone.results(run.scenario.name, run.family.value)
    if run.observation.inconclusive:
        store.save(folder, run.observation, ())
        raise Inconclusive(
            f"judging {run.name}",
            "; ".join(run.observation.inconclusive),
            f"lab run {run.scenario.name}",
        )
    yield run.observation
    store.save(folder, run.observation, run.verdicts)


def write_page(run: Run, clone: Clone) -> None:
    """Write a run's page beside its captures, if there was a run."""
    from lab.suite import publish  # noqa: PLC0415 - not before all is judged: who runs waits for that

    if run.observation is not None:
        folder = clone.results(run.scenario.name, run.family.value)
        publish.write(folder, run.observation, run.verdicts, run.scenario)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pages when all is judged; `lab run` does so itself, later."""
    if session.config.stash.get(NETWORK, None) is None:
        observed = session.config.stash.get(_OBSERVED, [])
        for run in observed:
            write_page(run, here())
        if observed:
            from lab.suite import publish  # noqa: PLC0415 - likewise

            publish.write_index(here())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn each outcome into a verdict, and put the story under a failure."""
    report = yield
    run = _run_of(item)
    if call.when == "teardown" and call.excinfo is not None:
        report.socketlab_error = call.excinfo.value
    if run is None or (call.when != "call" and report.passed) or call.when == "teardown":
        return report
    run.verdicts.append(verdict(item, call, report, run.observation))
    report.socketlab_run = run
    if report.failed and run.observation is not None and not run.told:
        run.told = True
        text = render_text(run.observation, width=100, color=False, verdicts=run.verdicts)
        report.sections.append((f"The story of {run.name}", text))
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> None:
    """Keep both sides of a comparison that fails: where they come from tells what went wrong."""
    evidence.compared(op, left, right)


def _run_of(item: pytest.Item) -> Run | None:
    callspec = getattr(item, "callspec", None)
    given = callspec.params.get("observed") if callspec else None
    return given if isinstance(given, Run) else None
