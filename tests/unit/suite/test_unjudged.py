"""What was selected and was not judged is never green, whatever a scenario.py does."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from places import ROOT
from played import hello

from lab.clone import Clone
from lab.errors import LabError, ScenarioInvalid
from lab.hosts.docker import labels
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario import catalogue
from lab.suite import in_process, suite
from lab.suite.in_process import judge
from lab.suite.judging import Case, Judging, plain_cases
from lab.wire.address import Family

SCENARIO = """
import os, sys, pytest
from lab import Command, Scenario
scenario = Scenario(client=Command("true"), server=Command("true"))
"""
GOOD = """
def test_the_client_hears_the_answer(observed):
    assert observed.client.stdout[0] == "Hello Yourself"
"""
BAD = """
def test_the_client_hears_something_else(observed):
    assert observed.client.stdout[0] == "Something else"
"""


class ByHand:
    """Gives runs that were made by hand."""

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing."""

    def observe(self, case: Case) -> Observation:
        """Return a run in which all is well."""
        return hello(case.family).observation(case.scenario.name)


def write(root: Path, name: str, text: str) -> None:
    """Write a scenario into a clone."""
    folder = root / "scenarios" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.py").write_text(text)


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., list[Run]]:
    """Give what judges scenarios by these texts, over IPv4, and returns their runs."""

    def judged(*texts: str) -> list[Run]:
        for number, text in enumerate(texts):
            write(tmp_path, f"s{number}", SCENARIO + text)
        scenarios = catalogue.select(tmp_path / "scenarios", ())
        runs: list[Run] = []
        judging = Judging(plain_cases([Family.IPV4]), ByHand(), lambda case, run: runs.append(run))
        files = [scenario.folder / catalogue.FILE for scenario in scenarios]
        judge(Clone(tmp_path), files, judging, lambda _: None)
        return runs

    return judged


def outcomes(runs: Sequence[Run]) -> dict[str, Outcome]:
    """Return what became of each run."""
    return {run.scenario: run.outcome for run in runs}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTEST_ADDOPTS", "-k answer"),
        ("PYTEST_ADDOPTS", "-x"),
        ("PYTEST_ADDOPTS", "-n 2"),
        ("PYTEST_ADDOPTS", "--maxfail=1"),
        ("PYTEST_ADDOPTS", "--collect-only"),
        ("PYTEST_ADDOPTS", "--ip-version=ipv6"),
        ("PYTEST_ADDOPTS", "--no-such-option"),
        ("PYTEST_PLUGINS", "no_such_plugin"),
        ("PYTEST_THEME", "no such theme"),
        ("PYTEST_DEBUG", "1"),
        ("CI", "1"),
    ],
)
def test_the_environment_selects_nothing_and_changes_nothing(
    judged: Callable[..., list[Run]], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    long = "def test_it(observed):\n    assert list(range(99)) == list(range(1, 100))\n"
    before = judged(BAD + long, GOOD)
    monkeypatch.setenv(name, value)
    after = judged(BAD + long, GOOD)
    assert outcomes(after) == {"s0": Outcome.FAILS, "s1": Outcome.HOLDS}
    told = [[(each.expectation, each.detail) for each in run.verdicts] for run in before]
    assert told == [[(each.expectation, each.detail) for each in run.verdicts] for run in after]


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(observed):\n    pytest.exit('enough', returncode=0)\n",
        "def test_it(observed):\n    observed.nothing\ndef test_that(observed):\n    os._exit(0)\n",
        "@pytest.mark.skip(reason='not today')\ndef test_it(observed):\n    pass\n",
        "@pytest.mark.xfail\ndef test_it(observed):\n    assert False\n",
        "def test_it(observed):\n    pytest.skip('not today')\n",
        "pytestmark = pytest.mark.skip(reason='not today')\n",
        "def test_it(observed):\n    raise SystemExit(0)\n",
        "def test_it(observed):\n    pytest.fail('no')\n",
        "def test_it(observed):\n    os._exit(0)\n",
    ],
)
def test_an_expectation_that_is_not_judged_is_not_green(
    judged: Callable[..., list[Run]], text: str
) -> None:
    runs = judged(GOOD + text, GOOD)
    assert outcomes(runs).keys() == {"s0", "s1"}
    assert outcomes(runs)["s0"] is not Outcome.HOLDS
    assert suite.exit_status(runs) != 0


def test_after_an_exit_all_that_is_left_is_named_with_the_reason(
    judged: Callable[..., list[Run]],
) -> None:
    runs = judged("def test_it(observed):\n    pytest.exit('enough', returncode=0)\n" + GOOD, GOOD)
    first, second = runs
    assert [each.outcome for each in first.verdicts] == [Outcome.INCONCLUSIVE] * 3
    assert second.reason == "none of its expectations was judged: pytest.exit was called: enough"


def test_a_reason_to_skip_is_kept(judged: Callable[..., list[Run]]) -> None:
    (run,) = judged(GOOD + "def test_it(observed):\n    pytest.skip('not today')\n")
    details = {each.expectation: each.detail for each in run.verdicts}
    assert "not today" in details["test_it"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{BAD}{GOOD}{BAD}", "test_the_client_hears_something_else is defined 2 times"),
        ("def test_it():\n    assert False\n", "test_it does not ask for `observed`"),
        ("def test_it(obsreved):\n    assert False\n", "test_it does not ask for `observed`"),
        (
            "class TestIt:\n    def test_it(self, observed):\n        pass\n",
            "TestIt is no function",
        ),
        (
            "import unittest\nclass It(unittest.TestCase):\n    def test_it(self):\n        pass\n",
            "It is no function",
        ),
        ("__test__ = False\n", "__test__"),
    ],
)
def test_what_would_not_be_judged_is_refused_by_name(
    judged: Callable[..., list[Run]], text: str, told: str
) -> None:
    with pytest.raises(LabError, match=told):
        judged(text, GOOD)


@pytest.mark.parametrize(
    "text",
    ["os._exit(0)", "sys.exit(0)", "pytest.skip('not today', allow_module_level=True)"],
)
def test_a_file_that_leaves_while_it_is_imported_is_refused(
    judged: Callable[..., list[Run]], text: str
) -> None:
    with pytest.raises(ScenarioInvalid, match=r"line 6"):
        judged(f"\n{text}\n")


def test_no_conftest_is_executed(tmp_path: Path, judged: Callable[..., list[Run]]) -> None:
    write(tmp_path, "s0", "")
    for folder in (tmp_path / "scenarios" / "s0", tmp_path / "scenarios", tmp_path):
        (folder / "conftest.py").write_text("raise SystemExit('a conftest was executed')\n")
    for name in ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"):
        section = {"pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}
        head = section.get(name, "tool.pytest.ini_options")
        (tmp_path / name).write_text(f"[{head}]\naddopts = '-k nothing'\n")
    assert outcomes(judged(BAD)) == {"s0": Outcome.FAILS}


# pytest called by hand, in a clone whose runs are kept: nothing but words of the command selects.


PLAYER = """
import pytest
from lab.suite.judging import Judging, plain_cases
from lab.suite.plugin import JUDGING
from lab.wire.address import Family
from test_unjudged import ByHand

@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.stash[JUDGING] = Judging(plain_cases([Family.IPV4]), ByHand(), lambda case, run: None)
"""


def by_hand(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call pytest on the scenarios of a clone, with a player that needs no lab."""
    (root / "player.py").write_text(PLAYER)
    folders = [root, ROOT, ROOT / "tests" / "unit", ROOT / "tests" / "unit" / "suite"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "player", "--import-mode=importlib", *words],
        cwd=root,
        env={"PYTHONPATH": ":".join(map(str, folders)), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a clone with two scenarios, one good."""
    (tmp_path / "compose.yaml").write_text(f"services: {{a: {{labels: {{{labels.HOST}: a}}}}}}\n")
    write(tmp_path, "good", SCENARIO + GOOD)
    write(tmp_path, "other", SCENARIO + GOOD)
    return tmp_path


def test_pytest_by_hand_judges_all_or_what_its_words_select(clone: Path) -> None:
    done = by_hand(clone, "scenarios")
    assert (done.returncode, "4 passed" in done.stdout) == (0, True), done.stdout
    done = by_hand(clone, "scenarios", "-k", "answer and good")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PYTEST_ADDOPTS": "-k answer"}, "PYTEST_ADDOPTS is set"),
        ({"PYTEST_PLUGINS": "played"}, "PYTEST_PLUGINS is set"),
        ({"PYTHONOPTIMIZE": "1"}, "PYTHONOPTIMIZE"),
    ],
)
def test_pytest_by_hand_refuses_what_the_environment_would_change(
    clone: Path, environment: dict[str, str], told: str
) -> None:
    done = by_hand(clone, "scenarios", **environment)
    assert done.returncode not in (0, 1), done.stdout
    assert told in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def test_it(observed):\n    pytest.skip('not today')\n", "not today"),
        ("def test_it(observed):\n    pytest.exit('enough', returncode=0)\n", "pytest ended"),
        ("def test_it(observed):\n    os._exit(0)\n", "os._exit"),
        ("pytest.skip('not today', allow_module_level=True)\n", "not today"),
        ("os._exit(0)\n", "os._exit"),
    ],
)
def test_pytest_by_hand_is_red_where_something_was_not_judged(
    clone: Path, text: str, told: str
) -> None:
    write(clone, "other", SCENARIO + text)
    done = by_hand(clone, "scenarios")
    assert done.returncode != 0, done.stdout
    assert told in done.stdout


def test_xdist_is_red_where_something_was_not_judged(clone: Path) -> None:
    write(clone, "other", SCENARIO + "def test_it(observed):\n    pytest.skip('not today')\n")
    done = by_hand(clone, "scenarios", "-n", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 of 4 expectations were not judged" in done.stdout


def test_pytest_by_hand_executes_no_conftest_of_a_scenario(clone: Path) -> None:
    (clone / "scenarios" / "good" / "conftest.py").write_text("raise SystemExit('executed')\n")
    for word in ("scenarios", "scenarios/good", "scenarios/good/scenario.py"):
        done = by_hand(clone, word)
        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        assert "conftest.py" in done.stderr
        assert "executed" not in done.stdout + done.stderr


def test_ctrl_c_while_pytest_sets_itself_up_is_told_by_the_lab_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    write(tmp_path, "good", SCENARIO + GOOD)
    monkeypatch.setattr(
        in_process.Reporter, "pytest_configure", pytest.hookimpl(trylast=True)(interrupted)
    )
    judging = Judging(plain_cases(Family), ByHand(), lambda *_: None)
    with pytest.raises(KeyboardInterrupt):
        judge(Clone(tmp_path), [tmp_path / "scenarios/good/scenario.py"], judging, lambda _: None)
    assert capfd.readouterr() == ("", "")


def test_a_thread_that_ctrl_c_breaks_off_is_told_by_nobody_else(tmp_path: Path) -> None:
    heard = []

    class Hears(ByHand):
        def observe(self, case: Case) -> Observation:
            heard.append(threading.excepthook)
            return super().observe(case)

    write(tmp_path, "s0", SCENARIO + GOOD)
    judging = Judging(plain_cases([Family.IPV4]), Hears(), lambda case, run: None)
    files = [tmp_path / "scenarios" / "s0" / catalogue.FILE]
    judge(Clone(tmp_path), files, judging, lambda _: None)
    assert heard == [threading.excepthook]
