"""What pytest makes of a scenario.py, with runs made by hand instead of a lab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from played import Play, hello, traced_hello

from lab.clone import Clone
from lab.errors import HostUnavailable, LabError
from lab.hosts.docker import labels
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.suite.judging import Case, Judging, plain_cases
from lab.suite.players import OnLab
from lab.suite.plugin import JUDGING
from lab.suite.publish import Publisher
from lab.wire.address import Family

pytest_plugins = ["pytester"]

SCENARIO = '''
"""Hello: a client greets."""
from lab import Command, Family, Scenario
scenario = Scenario(client=Command("true"), server=Command("true"))
'''
HEARD = """
def test_the_client_hears_the_answer(observed):
    assert observed.client.stdout[0] == "Hello Yourself"
"""
HOSTS = ("client", "server")
STANDING = "every program listened and ended as it should"

Played = Callable[[Family], Observation]


class ByHand(OnLab):
    """Gives runs that were made by hand, on the hosts that there would be."""

    def __init__(self, played: Played) -> None:
        self._played = played

    def begin(self, cases: Sequence[Case]) -> None:
        """Have every host there is up already."""

    def observe(self, case: Case) -> Observation:
        """Return the run that was made by hand."""
        case.scenario.check(HOSTS)
        return self._played(case.family)


class Given:
    """What a session of the lab's own gives pytest."""

    def __init__(self, session: Session, played: Played) -> None:
        self._session = session
        self._played = played

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        only = config.getoption("--ip-version")
        families = [Family(only)] if only else Family
        cases = plain_cases(families)
        config.stash[JUDGING] = Judging(cases, ByHand(self._played), self._session.finished)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._session.reports.append(report)


class Session:
    """pytest over one scenario.py, and all that it found out."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pytester = pytester
        self._monkeypatch = monkeypatch
        self.root = pytester.path
        self.reports: list[Any] = []
        self.runs: list[Run] = []
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("SOCKETLAB_ROOT", str(self.root))
        hosts = "".join(f"  {name}:\n    labels: {{{labels.HOST}: {name}}}\n" for name in HOSTS)
        (self.root / "compose.yaml").write_text(f"services:\n{hosts}")

    def judge(self, text: str, played: Played | None = None, *options: str) -> dict[str, int]:
        """Have pytest judge a scenario with this text; return how many tests ended how."""
        folder = self.root / "scenarios" / "hello"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scenario.py").write_text(text)

        self.reports.clear()
        self.runs.clear()
        words = [
            "-p",
            "lab.suite.plugin",
            "-p",
            "no:cacheprovider",
            "--import-mode=importlib",
        ]
        given = Given(self, played or greeted)
        done = self._pytester.inline_run(*words, *options, str(folder), plugins=[given])
        passed, skipped, failed = map(len, done.listoutcomes())
        return {
            "passed": passed,
            "skipped": skipped,
            "failed": failed,
            "runs": len(self.runs),
            "status": int(done.ret or 0),
        }

    def finished(self, _: Case, run: Run) -> None:
        """Keep a run that was judged, in the clone and for the test."""
        self.runs.append(run)
        Publisher(Clone(self.root)).keep(run)

    @property
    def told(self) -> str:
        """All that pytest would print of failures."""
        return "\n".join(
            f"{report.longreprtext}\n" + "\n".join(text for _, text in report.sections)
            for report in self.reports
        )

    def verdicts(self, family: Family = Family.IPV4) -> dict[str, str]:
        """Return what became of each expectation over an IP version."""
        (run,) = (run for run in self.runs if run.family is family)
        return {verdict.sentence: verdict.outcome.value for verdict in run.verdicts}


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Give a folder to judge scenarios in."""
    return Session(pytester, monkeypatch)


def greeted(family: Family) -> Observation:
    """Return a run in which all is well."""
    return hello(family).observation("hello")


def test_each_expectation_is_judged_over_both_ip_versions(session: Session) -> None:
    found = session.judge(SCENARIO + HEARD)
    assert found == {"passed": 4, "skipped": 0, "failed": 0, "runs": 2, "status": 0}
    for family in Family:
        assert session.verdicts(family) == {
            "the client hears the answer": "holds",
            STANDING: "holds",
        }


def test_one_ip_version_can_be_chosen(session: Session) -> None:
    found = session.judge(SCENARIO + HEARD, None, "--ip-version", "ipv6")
    assert (found["passed"], found["runs"]) == (2, 1)
    assert session.runs[0].family is Family.IPV6


def test_a_scenario_for_one_ip_version_is_run_over_that_alone(session: Session) -> None:
    text = SCENARIO.replace("scenario = Scenario(", "scenario = Scenario(families=[Family.IPV4], ")
    assert session.judge(text + HEARD)["runs"] == 1
    assert session.judge(text + HEARD, None, "--ip-version", "ipv6")["passed"] == 0


def test_each_case_of_a_parametrized_expectation_has_a_verdict_of_its_own(
    session: Session,
) -> None:
    body = "    assert word in ' '.join(observed.client.stdout)\n"
    mark = "@pytest.mark.parametrize('word', ['Hello', 'Good-bye'])\n"
    session.judge(f"{SCENARIO}import pytest\n{mark}def test_it_says(observed, word):\n{body}")
    for family in Family:
        assert session.verdicts(family) == {
            "it says [Hello]": "holds",
            "it says [Good-bye]": "does not hold",
            STANDING: "holds",
        }


def test_a_row_of_a_parametrized_expectation_is_called_by_its_service(session: Session) -> None:
    body = "    assert observed.conversation(service).closed\n"
    mark = "@pytest.mark.parametrize('service', [Tcp(15000)])\n"
    imports = "import pytest\nfrom lab import Tcp\n"
    session.judge(f"{SCENARIO}{imports}{mark}def test_it_closes(observed, service):\n{body}")
    assert session.verdicts() == {"it closes [TCP 15000]": "holds", STANDING: "holds"}


def test_an_expectation_that_does_not_hold_fails_with_what_was_seen_and_the_story(
    session: Session,
) -> None:
    def silent(family: Family) -> Observation:
        play = hello(family)
        play.lines["client"] = play.lines["client"][1:]
        return play.observation("hello")

    found = session.judge(SCENARIO + HEARD, silent)
    assert (found["failed"], found["passed"]) == (2, 2)
    assert session.verdicts()["the client hears the answer"] == "does not hold"
    assert session.runs[0].verdicts[0].detail.startswith("assert 'Goodbye' == 'Hello Yourself'")
    assert "SYN ACK" in session.told


def test_a_run_that_is_no_evidence_gives_errors_and_no_pass(session: Session) -> None:
    def lost(family: Family) -> Observation:
        return hello(family).observation("hello", inconclusive=("the capture lost 3 packets",))

    found = session.judge(SCENARIO + HEARD, lost)
    assert (found["passed"], found["failed"]) == (0, 4)
    assert found["status"] == pytest.ExitCode.TESTS_FAILED
    assert {report.when for report in session.reports if report.failed} == {"setup"}
    assert [run.outcome for run in session.runs] == [Outcome.INCONCLUSIVE] * 2
    assert "the capture lost 3 packets" in session.told


def test_a_run_that_cannot_begin_gives_errors_and_no_pass(session: Session) -> None:
    def down(_: Family) -> Observation:
        raise HostUnavailable("reaching host server", "it is not running", "lab up")

    found = session.judge(SCENARIO + HEARD, down)
    assert (found["passed"], found["failed"], found["runs"]) == (0, 4, 2)
    assert {run.observation for run in session.runs} == {None}
    assert {run.reason for run in session.runs} == {"reaching host server: it is not running"}


def test_a_host_that_the_lab_has_not_gives_errors_and_no_pass(session: Session) -> None:
    found = session.judge(SCENARIO.replace("server=", "router=") + HEARD)
    assert (found["passed"], found["failed"]) == (0, 4)
    assert "host 'router'" in session.told


@pytest.mark.parametrize(
    "body",
    [
        "pytest.skip('not today')",
        "raise CouldNotJudge('looking', 'nothing to see')",
        "observed.nobody",
        "observed.client.stduot",
        "obsrved",
        "import no_such_module",
    ],
)
def test_what_is_skipped_or_given_up_could_not_be_judged(session: Session, body: str) -> None:
    text = "import pytest\nfrom lab.errors import CouldNotJudge\n"
    text += f"def test_something(observed):\n    {body}\n"
    session.judge(SCENARIO + text)
    assert session.verdicts() == {"something": "could not be judged", STANDING: "holds"}


@pytest.mark.parametrize(
    "body",
    [
        "raise SystemExit(0)",
        "assert False",
        "(talk,) = observed.conversations(observed)",
        "observed.client.stderr[0]",
        "observed.client.error.upper()",
        "dict()['x']",
        "next(iter(observed.client.stderr))",
        "1 / len(observed.client.stderr)",
        "'a' + 1",
    ],
)
def test_an_expectation_that_errs_does_not_hold(session: Session, body: str) -> None:
    session.judge(f"{SCENARIO}def test_something(observed):\n    {body}\n")
    assert session.verdicts()["something"] == "does not hold"


def test_what_an_expectation_broke_of_is_told_by_what_was_not_seen(session: Session) -> None:
    body = "    (talk,) = observed.conversations('udp', client='client', server='server')\n"
    session.judge(f"{SCENARIO}def test_something(observed):\n{body}")
    (verdict, _) = session.runs[0].verdicts
    assert verdict.detail == "no conversation with udp from client to server was seen"


def test_a_slip_of_the_teachers_is_told_as_one(session: Session) -> None:
    session.judge(f"{SCENARIO}def test_something(observed):\n    obsrved\n")
    (verdict, _) = session.runs[0].verdicts
    assert verdict.detail.startswith("scenario.py, line 6: the expectation itself is wrong")
    assert session.runs[0].outcome is Outcome.INCONCLUSIVE


def test_a_fixture_that_there_is_not_gives_an_error_and_no_pass(session: Session) -> None:
    session.judge(f"{SCENARIO}def test_something(observed, no_such):\n    pass\n")
    assert session.verdicts()["something"] == "could not be judged"


def with_a_failure(family: Family) -> Observation:
    """Return a run whose client had to be stopped."""
    play: Play = hello(family)
    client = play.transcripts["client"]
    play.transcripts["client"] = replace(client, stopped_for="it had not ended after 10 s")
    return play.observation("hello")


def test_a_failure_makes_the_run_fail_though_no_expectation_asks(
    session: Session,
) -> None:
    found = session.judge(SCENARIO + HEARD, with_a_failure)
    assert (found["passed"], found["failed"]) == (2, 2)
    assert session.verdicts() == {"the client hears the answer": "holds", STANDING: "does not hold"}
    assert "client.py on client: it had not ended after 10 s" in session.told


def stopped_while_it_hung(_: Family) -> Observation:
    """Return a run whose client closed nothing: the lab stopped it, and its kernel closed."""
    play = traced_hello()
    client = play.transcripts["client"]
    made = tuple(call for call in client.made if call.name != "close")
    why = "it had not ended after 10 s, so it was stopped"
    play.transcripts["client"] = replace(client, made=made, stopped_for=why)
    return play.observation("hello")


def test_what_only_the_lab_s_stop_brought_about_does_not_hold(session: Session) -> None:
    asks = """
def test_it_closed(observed):
    assert observed.conversation("tcp").closed


def test_the_server_closes_first(observed):
    assert observed.conversation("tcp").closed_first == "server"
"""
    session.judge(SCENARIO + asks, stopped_while_it_hung, "--ip-version", "ipv4")
    assert session.verdicts() == {
        "it closed": "does not hold",
        "the server closes first": "holds",
        STANDING: "does not hold",
    }
    (run,) = session.runs
    told = next(each.detail for each in run.verdicts if each.sentence == "it closed")
    assert told.startswith("client.py on client did not end its connection with TCP 15000: it had")
    assert told in session.told
    assert "plugin.py" not in session.told


def with_a_crash(family: Family) -> Observation:
    """Return a run whose client ended by an exception, when all was said."""
    play: Play = hello(family)
    play.transcripts["client"] = replace(play.transcripts["client"], exit_status=1)
    play.says("client", "Traceback (most recent call last):", "stderr")
    play.says("client", "ZeroDivisionError: division by zero", "stderr")
    return play.observation("hello")


def test_a_crash_makes_the_run_fail_though_no_expectation_asks(session: Session) -> None:
    session.judge(SCENARIO + HEARD, with_a_crash)
    assert session.verdicts() == {"the client hears the answer": "holds", STANDING: "does not hold"}
    told = "client.py on client: it ended with exit status 1: ZeroDivisionError: division by zero"
    assert told in session.told
    assert [run.outcome for run in session.runs] == [Outcome.FAILS] * 2


def test_a_step_that_failed_makes_the_run_fail_and_the_rest_is_judged(session: Session) -> None:
    step = 'scenario.py, line 9, server.wait_for_line("ready"): did not print it within 5 s'

    def broken_off(family: Family) -> Observation:
        return hello(family).observation("hello", failed_steps=(step,))

    session.judge(SCENARIO + HEARD, broken_off)
    assert session.verdicts() == {"the client hears the answer": "holds", STANDING: "does not hold"}
    assert step in session.told


def test_a_scenario_may_say_itself_what_its_programs_should_do(session: Session) -> None:
    own = "def test_every_program_listened_and_ended_as_it_should(observed):\n    pass\n"
    assert session.judge(SCENARIO + own, with_a_failure)["failed"] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [("x = 1\n", "defines no `scenario`"), ("scenario = 5\n", "is no Scenario")],
)
def test_a_file_without_a_scenario_cannot_be_collected(
    session: Session, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    found = session.judge(text + HEARD)
    assert (found["passed"], found["status"]) == (0, pytest.ExitCode.INTERRUPTED)
    printed = capsys.readouterr().out
    assert told in printed
    assert "Traceback" not in printed


def test_what_an_assertion_says_has_whole_values_and_no_hint_of_pytests(session: Session) -> None:
    session.judge(
        SCENARIO
        + """
def test_its_name(observed):
    \"\"\"The client hears the server's
    whole answer.

    And more.
    \"\"\"
    assert observed.client.stdout == ["marble " * 20, "Goodbye", "b''"]
"""
    )
    for run in session.runs:
        failed = run.verdicts[0]
        assert failed.sentence == "The client hears the server's whole answer"
        assert f"== {['marble ' * 20, 'Goodbye', chr(98) + chr(39) * 2]!r}" in failed.detail
        assert "..." not in failed.detail
        assert "-v" not in failed.detail


def test_other_files_are_none_of_its_business(session: Session, pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(test_plain="def test_plain():\n    pass\n")
    done = pytester.inline_run("-p", "lab.suite.plugin", "-p", "no:cacheprovider", str(path))
    assert [len(outcome) for outcome in done.listoutcomes()] == [1, 0, 0]


def test_what_a_run_showed_is_kept_with_its_verdicts(session: Session) -> None:
    session.judge(SCENARIO + HEARD)
    run = store.load(session.root / "out" / "hello" / "ipv6")
    assert run.observation is not None
    assert run.observation.client.stdout[0] == "Hello Yourself"
    assert [verdict.sentence for verdict in run.verdicts] == [
        "the client hears the answer",
        STANDING,
    ]


def test_a_run_that_is_no_evidence_is_kept_without_verdicts(session: Session) -> None:
    session.judge(
        SCENARIO, lambda family: hello(family).observation("hello", inconclusive=("lost",))
    )
    run = store.load(session.root / "out" / "hello" / "ipv4")
    assert run.observation is not None
    assert (run.observation.inconclusive, run.verdicts) == (("lost",), ())


def test_results_that_cannot_be_kept_are_an_error_of_the_lab(session: Session) -> None:
    (session.root / "out").write_text("a file where a folder should be")
    session.judge(SCENARIO + HEARD)
    errors = [getattr(report, "socketlab_error", None) for report in session.reports]
    assert any(isinstance(error, LabError) for error in errors)
    assert Path(session.root / "out").is_file()


def test_a_parametrized_expectation_is_a_verdict_for_each_row(session: Session) -> None:
    text = (
        "import pytest\n"
        '@pytest.mark.parametrize("line", ["Hello Yourself", "never said"])\n'
        "def test_the_client_hears(observed, line):\n"
        "    assert line in observed.client.stdout\n"
    )
    session.judge(SCENARIO + text)
    assert session.verdicts(Family.IPV6) == {
        "the client hears [Hello Yourself]": "holds",
        "the client hears [never said]": "does not hold",
        STANDING: "holds",
    }


def test_an_expectation_may_use_a_fixture_of_its_file(session: Session) -> None:
    text = (
        "import pytest\n"
        "@pytest.fixture\n"
        "def lines(observed):\n"
        "    return observed.client.stdout\n"
        "def test_the_client_hears_the_answer(lines):\n"
        '    assert lines[0] == "Hello Yourself"\n'
    )
    found = session.judge(SCENARIO + text)
    assert (found["passed"], found["runs"]) == (4, 2)
    assert session.verdicts()["the client hears the answer"] == "holds"
