"""pytest learns what a scenario is: ``scenario.py`` files are collected, ``observed`` is the run.

``pytest scenarios``, ``lab run``, ``lab judge`` and ``lab prove`` come through here alike. A run
whose observation is inconclusive gives errors, never passes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from lab.clone import here
from lab.errors import NotObserved
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.pool import open_pool
from lab.observation.evidence import Comparison
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.stopped import not_its_own
from lab.observation.verdict import Outcome, Verdict
from lab.runner.session import open_lab
from lab.scenario import catalogue
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite.collecting import (
    OBSERVED,
    pytest_load_initial_conftests,  # noqa: F401 - a hook
    pytest_make_parametrize_id,  # noqa: F401 - a hook
)
from lab.suite.counting import Counting, by_case, case_of
from lab.suite.judging import Case, Inconclusive, Judging, Player, plain_cases
from lab.suite.outcome import reason, unjudged, verdict
from lab.suite.players import Borrowing, OnLab
from lab.suite.publish import Publisher
from lab.suite.scenario_module import ScenarioModule
from lab.wire.address import Family
from lab.wire.question import Asked, remembering

FAMILY_OPTION = "--ip-version"

JUDGING = pytest.StashKey[Judging]()
"""In a session's config: what is judged. Whoever calls pytest may have put another there."""

_OBSERVATIONS = pytest.StashKey[dict[Case, Observation]]()
_VERDICTS = pytest.StashKey[dict[Case, dict[str, Verdict]]]()
_ITEMS = pytest.StashKey[dict[Case, list[pytest.Item]]]()
_PUBLISHER = pytest.StashKey[Publisher]()
_COMPARISON = pytest.StashKey[Comparison | None]()
_ASKED = pytest.StashKey[list[Asked]]()


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
    config.pluginmanager.register(Counting(), "socketlab-counting")
    config.stash[_OBSERVATIONS] = {}
    config.stash[_VERDICTS] = {}
    if JUDGING not in config.stash:
        only = config.getoption(FAMILY_OPTION)
        families = [Family(only)] if only else Family

        def keep(case: Case, run: Run) -> None:
            publisher = config.stash.setdefault(_PUBLISHER, Publisher(here()))
            publisher.keep(run, case.scenario)

        config.stash[JUDGING] = Judging(plain_cases(families), None, keep)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Collect a ``scenario.py`` as a scenario, any other file as pytest does."""
    if module_path.name == catalogue.FILE:
        module: pytest.Module = ScenarioModule.from_parent(parent, path=module_path)
        return module
    return None


_CASES = pytest.StashKey[list[Case]]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Judge each expectation once for each case of its scenario."""
    module = metafunc.definition.getparent(ScenarioModule)
    if module is None or OBSERVED not in metafunc.fixturenames:
        return
    if _CASES not in module.stash:
        module.stash[_CASES] = list(metafunc.config.stash[JUDGING].cases(module.scenario))
    cases = module.stash[_CASES]
    ids = [case.id for case in cases]
    metafunc.parametrize(OBSERVED, cases, ids=ids, indirect=True, scope="module")


@pytest.fixture(scope="session")
def player(request: pytest.FixtureRequest) -> Iterator[Player]:
    """Give what plays the cases: the lab, brought up where it is down, unless another is given."""
    items = request.config.stash[_ITEMS] = by_case(request.session.items)
    cases = list(items)
    given = request.config.stash[JUDGING].player
    if given is not None:
        given.begin(cases)
        yield given
        return

    def say(text: str) -> None:
        with _aloud(request.config):
            sys.stderr.write(f"\nlab: {text}")

    clone = here()
    known = Lab(clone.root).hosts
    worker = getattr(request.config, "workerinput", None)
    if worker is not None:  # one of several processes of pytest-xdist
        with open_pool(clone, worker["workercount"], say) as pool:
            yield Borrowing(pool, known)
        return
    with open_lab(clone, say) as running_lab:
        on_lab = OnLab(running_lab, known)
        on_lab.begin(cases)
        yield on_lab


@pytest.fixture(scope="module")
def observed(request: pytest.FixtureRequest, player: Player) -> Observation:
    """Give what one run of the scenario showed, and hand the run over when all is judged."""
    case: Case = request.param
    stash = request.config.stash

    def finish() -> None:
        found = stash[_VERDICTS].pop(case, {})
        verdicts = tuple(
            found.get(item.nodeid) or unjudged(item, case.id) for item in stash[_ITEMS][case]
        )
        observation = stash[_OBSERVATIONS].pop(case, None)
        why = "" if observation else reason(verdicts)
        is_evidence = observation is not None and not observation.inconclusive
        run = Run(case.scenario.name, case.family, observation, (), why)
        with _aloud(request.config):
            stash[JUDGING].finished(case, run.judged(verdicts) if is_evidence else run)

    request.addfinalizer(finish)  # noqa: PT021 - a run that cannot begin has an end, too
    observation = player.observe(case)
    stash[_OBSERVATIONS][case] = observation
    if observation.inconclusive:
        raise Inconclusive(
            f"judging {case.scenario.name} over {case.family.label}",
            "; ".join(observation.inconclusive),
            f"lab run {case.scenario.name}",
        )
    return observation


def _aloud(config: pytest.Config) -> AbstractContextManager[None]:
    """Let what is printed within reach the terminal, though pytest captures what tests print."""
    capture = config.pluginmanager.getplugin("capturemanager")
    aloud: AbstractContextManager[None] = (
        capture.global_and_fixture_disabled() if capture else nullcontext()
    )
    return aloud


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pages of the runs that this session has kept, when all is judged."""
    publisher = session.config.stash.get(_PUBLISHER, None)
    if publisher is not None:
        publisher.write_pages()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn each outcome into a verdict, and put the story under a first failure."""
    report = yield
    case = case_of(item)
    if call.when == "teardown" and call.excinfo is not None:
        report.socketlab_error = call.excinfo.value
    if case is None or (call.when != "call" and report.passed) or call.when == "teardown":
        return report
    stash = item.config.stash
    observation = stash[_OBSERVATIONS].get(case)
    verdicts = stash[_VERDICTS].setdefault(case, {})
    is_told = stash[JUDGING].is_told
    is_first = all(each.outcome is Outcome.HOLDS for each in verdicts.values())
    told = (stash.get(_COMPARISON, None), stash.get(_ASKED, [])) if is_told else (None, None)
    seen = observation if is_told else None
    verdicts[item.nodeid] = verdict(item, case.id, call, report, seen, *told)
    is_printed = item.config.pluginmanager.hasplugin("terminalreporter")
    if report.failed and is_first and is_printed and observation is not None:
        run = Run.of(observation, tuple(verdicts.values()))
        text = render_text(Timeline.of(run), width=100, color=False)
        report.sections.append((f"The story of {run.name}", text))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Forget what the test before compared, and remember what this one asks."""
    item.config.stash[_COMPARISON] = None
    with remembering() as item.config.stash[_ASKED]:
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Any:
    """Have an expectation fail that held only by what the lab did itself: it stopped a program."""
    __tracebackhide__ = True
    result = yield
    stash = pyfuncitem.config.stash
    case = case_of(pyfuncitem)
    observation = stash[_OBSERVATIONS].get(case) if case is not None else None
    asked: list[Asked] = stash.get(_ASKED, [])
    if observation is not None and (told := not_its_own(observation, asked)):
        raise NotObserved(told)
    return result


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> None:
    """Keep both sides of a comparison that fails: where they come from tells what went wrong."""
    comparison = Comparison(op, left, right)
    if not comparison.holds:
        config.stash[_COMPARISON] = comparison
