"""A proof is one only where everything was judged, noticed and turned red at least once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import hello
from terminal_cells import cell_len

from lab.clone import Clone
from lab.errors import ScenarioInvalid
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.scenario import catalogue
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.suite import matrix, proof
from lab.suite.judging import Case, Player
from lab.suite.players import Kept, KeptFirst
from lab.suite.proof import Proof, Trial
from lab.suite.scenario_module import DEFAULT
from lab.wire.address import Family

GREET, PART = "test_the_client_greets", "test_both_part_as_friends"
BOTH = (GREET, PART)
IPV4 = Family.IPV4


def run_of(
    outcomes: dict[str, Outcome], family: Family = IPV4, inconclusive: tuple[str, ...] = ()
) -> Run:
    """Return a run whose expectations ended so."""
    verdicts = tuple(Verdict(name, outcome) for name, outcome in outcomes.items())
    return Run.of(hello(family).observation("hello", inconclusive=inconclusive), verdicts)


def trial(sentence: str, *red: str, **outcomes: Outcome) -> Trial:
    """Return a trial in which these expectations go red, or end as ``outcomes`` says."""
    found = {name: Outcome.FAILS if name in red else Outcome.HOLDS for name in BOTH} | outcomes
    return Trial(sentence, run_of(found))


WHOLE = trial("nothing is broken")
SILENT = trial("the server is silent", GREET)
RUDE = trial("the client hangs up", PART)
LOST = Trial("the wire is cut", run_of({}, inconclusive=("the capture lost packets",)))
AGAIN = trial("nothing is broken any more")
NO_PROOF = (
    "inconclusive: there is no proof that anybody notices, since what failed is not known to hold"
    " on the unbroken scenario before and after the breaks"
)
GOOD = Proof("hello", BOTH, (WHOLE,), (SILENT, RUDE), (AGAIN,))


def test_a_proof_has_nothing_to_complain_of() -> None:
    assert GOOD.complaints == []
    assert proof.exit_status([GOOD]) == 0
    assert matrix.conclusion([GOOD]) == "2 of 2 broken runs noticed, 2 expectations: all proved"


def test_an_expectation_that_is_red_though_nothing_is_broken_is_complained_of() -> None:
    bad = replace(GOOD, whole=(trial("nothing is broken", GREET),))
    assert bad.complaints == [
        "unbroken over IPv4, the client greets: does not hold",
        f"{NO_PROOF}: the server is silent (IPv4)",
    ]


def test_an_expectation_that_no_longer_holds_after_the_breaks_notices_nothing() -> None:
    yawn = trial("the server yawns")
    after = (trial("nothing is broken any more", GREET),)
    bad = replace(GOOD, trials=(SILENT, RUDE, yawn), after=after)
    assert bad.complaints == [
        "the client greets: does not hold on the unbroken scenario after the breaks (IPv4)",
        "nobody notices when the server yawns (IPv4)",
        f"{NO_PROOF}: the server is silent (IPv4)",
    ]
    assert proof.exit_status([bad]) == 1
    assert matrix.conclusion([bad]).startswith("1 of 3 broken runs noticed")


def test_what_holds_over_one_ip_version_notices_nothing_over_the_other() -> None:
    over_ipv6 = Trial("the server is silent", run_of({GREET: Outcome.FAILS}, Family.IPV6))
    assert GOOD.noticed_by(SILENT) == {GREET}
    assert not GOOD.noticed_by(over_ipv6)


def test_without_an_unbroken_run_after_the_breaks_nothing_is_noticed() -> None:
    lost = replace(LOST, sentence="nothing is broken any more")
    for after in ((), (lost,)):
        assert not replace(GOOD, after=after).noticed_by(SILENT)
    assert proof.exit_status([replace(GOOD, after=(lost,))]) == 3


def test_a_break_that_nobody_notices_is_complained_of() -> None:
    bad = replace(GOOD, trials=(SILENT, RUDE, trial("the server yawns")))
    assert bad.complaints == ["nobody notices when the server yawns (IPv4)"]
    assert proof.exit_status([GOOD, bad]) == 1
    assert matrix.conclusion([GOOD, bad]).endswith("1 complaint")


def test_an_expectation_that_no_break_turns_red_is_complained_of() -> None:
    bad = replace(GOOD, trials=(SILENT,))
    assert bad.complaints == ["no break turns this red: both part as friends"]


def test_a_trial_that_could_not_be_judged_proves_nothing() -> None:
    bad = replace(GOOD, trials=(SILENT, RUDE, LOST))
    assert not bad.noticed_by(LOST)
    assert bad.complaints == ["the wire is cut (IPv4): the capture lost packets"]
    assert proof.exit_status([bad]) == 3


def test_an_inconclusive_trial_is_not_noticed_whatever_went_red_in_it() -> None:
    dead = run_of({GREET: Outcome.FAILS}, inconclusive=("a host died",))
    assert not GOOD.noticed_by(Trial("the server is silent", dead))


def test_an_expectation_that_was_never_judged_has_not_gone_red() -> None:
    unsure = trial("the client hangs up", GREET, **{PART: Outcome.INCONCLUSIVE})
    bad = replace(GOOD, trials=(SILENT, unsure))
    assert bad.complaints == ["no break turns this red: both part as friends"]


def test_without_a_way_to_break_it_there_is_no_proof() -> None:
    bad = replace(GOOD, trials=())
    assert bad.complaints == ["there is no way to break it: write scenarios/hello/breaks.py"]


def test_nothing_tried_is_nothing_proved() -> None:
    assert proof.exit_status([]) == 3
    assert "all proved" not in matrix.conclusion([])


def test_the_default_expectation_may_notice_but_need_not_go_red() -> None:
    names = (*BOTH, DEFAULT)
    proved = replace(GOOD, expectations=names)
    assert proved.complaints == []
    held = trial("nothing is broken", **{DEFAULT: Outcome.HOLDS})
    proved = replace(proved, whole=(held,), after=(held,))
    crashed = trial("the server crashes", **{DEFAULT: Outcome.FAILS})
    assert replace(proved, trials=(SILENT, RUDE, crashed)).complaints == []


def test_a_trial_that_could_not_begin_proves_nothing() -> None:
    down = Trial("the wire is cut", Run("hello", IPV4, reason="the engine does not answer"))
    bad = replace(GOOD, trials=(SILENT, RUDE, down))
    assert bad.complaints == ["the wire is cut (IPv4): the engine does not answer"]
    assert proof.exit_status([bad]) == 3


class Greeter:
    """Plays hello: under a break that silences the server, the client hears nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing."""

    def observe(self, case: Case) -> Observation:
        """Return the run that the case leads to."""
        self.asked.append(case.id)
        play = hello(case.family)
        if b"silent" in case.staging.files.get("server.py", b""):
            play.lines["client"] = []
        return play.observation("hello")


class Littered(Greeter):
    """Plays hello on a host where the first run left something: the runs after it hear nothing."""

    def observe(self, case: Case) -> Observation:
        """Return a good run once, silent ones from then on."""
        whole = super().observe(case)
        if len(self.asked) == 1:
            return whole
        play = hello(case.family)
        play.lines["client"] = []
        return play.observation("hello")


def proved(tmp_path: Path, breaks: str, player: Player) -> Proof:
    """Return the proof of a scenario with these breaks."""
    folder = tmp_path / "scenarios" / "hello"
    folder.mkdir(parents=True)
    (folder / "server.py").write_text("talk")
    (folder / "scenario.py").write_text(
        "import pytest\n"
        "from lab import Program, Scenario\n"
        'scenario = Scenario(client=Program("client.py"))\n'
        '@pytest.mark.parametrize("line", ["Hello Yourself", "Goodbye"])\n'
        "def test_the_client_hears(observed, line):\n"
        "    assert line in observed.client.stdout\n"
    )
    (folder / "breaks.py").write_text(f"from lab import Break, edit\nbreaks = [{breaks}]\n")
    scenarios = catalogue.select(tmp_path / "scenarios", ())
    proofs: list[Proof] = []
    proof.prove(Clone(tmp_path), scenarios, [IPV4], player, proofs.append, print)
    (found,) = proofs
    return found


MUTE = 'Break("the server is silent", edit("server.py", "talk", "silent"))'
COMMENT = 'Break("the server has a comment", edit("server.py", "talk", "talk  # more"))'


def test_a_break_that_changes_nothing_is_not_noticed_because_of_leftovers(tmp_path: Path) -> None:
    player = Littered()
    found = proved(tmp_path, COMMENT, player)
    assert player.asked == ["ipv4", "ipv4.1", "ipv4.after"]
    (commented,) = found.trials
    assert commented.names(Outcome.FAILS)
    assert f"{NO_PROOF}: the server has a comment (IPv4)" in found.complaints
    assert (
        "the client hears [Goodbye]: does not hold on the unbroken scenario after the breaks (IPv4)"
        in found.complaints
    )
    assert proof.exit_status([found]) == 1


def test_a_comment_is_no_break(tmp_path: Path) -> None:
    found = proved(tmp_path, f"{MUTE}, {COMMENT}", Greeter())
    assert found.complaints == ["nobody notices when the server has a comment (IPv4)"]


def test_what_is_kept_stands_for_the_runs_before_the_breaks_only(tmp_path: Path) -> None:
    clone, played = Clone(tmp_path), Greeter()
    store.save(clone.results("hello", "ipv4"), Run.of(hello(IPV4).observation("hello")))
    found = proved(tmp_path, MUTE, KeptFirst(Kept(clone), played))
    assert played.asked == ["ipv4.1", "ipv4.after"]
    assert found.complaints == []


def test_a_proof_is_judged_by_pytest_over_every_case(tmp_path: Path) -> None:
    found = proved(tmp_path, MUTE, Greeter())
    heard = ["test_the_client_hears[Hello Yourself]", "test_the_client_hears[Goodbye]"]
    assert found.expectations == (*heard, DEFAULT)
    assert found.complaints == []
    (silent,) = found.trials
    assert [silent.outcomes[name] for name in heard] == [Outcome.FAILS] * 2
    assert [whole.outcomes[name] for whole in found.whole for name in heard] == [Outcome.HOLDS] * 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no list `breaks` of Break"),
        ("breaks = ['cut']", "no list `breaks` of Break"),
        (
            "from lab import Break, cut_off\nbreaks = [Break('it is cut off', cut_off('dns'))]",
            "host dns is to be cut off, and does not take part in hello",
        ),
    ],
)
def test_breaks_that_cannot_be_used_are_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "breaks.py").write_text(text)
    scenario = Scenario(client=Program("client.py")).placed(tmp_path, name="hello")
    with pytest.raises(ScenarioInvalid, match=told):
        proof.breaks_of(scenario)


def test_the_matrix_shows_what_notices_what() -> None:
    lines = matrix.render(GOOD, 80).splitlines()
    assert lines[2:4] == ["  A the client greets", "  B both part as friends"]
    assert "        A B" in lines
    assert "  IPv4  · ·  nothing is broken" in lines
    assert "  IPv4  ✗ ·  the server is silent" in lines
    assert "  IPv4  · ✗  the client hangs up" in lines


def test_the_matrix_shows_what_could_not_be_judged_and_every_complaint() -> None:
    text = matrix.render(replace(GOOD, trials=(SILENT, RUDE, LOST)), 80)
    assert "  IPv4  ? ?  the wire is cut" in text
    assert "  ! the wire is cut (IPv4): the capture lost packets" in text


def test_more_expectations_than_fit_go_on_below() -> None:
    names = tuple(f"test_{number}" for number in range(30))
    outcomes = dict.fromkeys(names[:-1], Outcome.HOLDS) | {names[-1]: Outcome.FAILS}
    silent = Trial("the server is silent", run_of(outcomes))
    many = Proof("hello", names, (), (silent,), ())
    lines = matrix.render(many, 60).splitlines()
    at = lines.index(f"  IPv4  {'· ' * 14} the server is silent")
    assert lines[at + 1 : at + 3] == ["        " + "· " * 13 + "·", "        · ✗"]


NAMES = st.lists(st.text(max_size=60).map("test_{}".format), max_size=40, unique=True)


@settings(max_examples=60)
@given(data=st.data(), names=NAMES, width=st.integers(60, 130))
def test_no_line_of_the_matrix_is_too_wide(
    data: st.DataObject, names: list[str], width: int
) -> None:
    trials = st.builds(
        Trial,
        st.text(max_size=200),
        st.builds(
            run_of,
            st.fixed_dictionaries({name: st.sampled_from(Outcome) for name in names}),
            st.sampled_from(Family),
            st.lists(st.text(max_size=100), max_size=1).map(tuple),
        ),
    )
    some = st.lists(trials, max_size=3).map(tuple)
    title = data.draw(st.text(max_size=90))
    drawn = Proof(title, tuple(names), data.draw(some), data.draw(some), data.draw(some))
    text = matrix.render(drawn, width)
    for line in text.split("\n"):
        assert cell_len(line) <= width
        assert all(character.isprintable() for character in line)
    for outcome in Outcome:
        seen = sum(
            outcome in one.outcomes.values() for one in (*drawn.whole, *drawn.trials, *drawn.after)
        )
        assert text.count(matrix.MARKS[outcome]) >= seen


@pytest.mark.parametrize(
    ("asked", "is_traced"),
    [
        ("observed.client.stdout == observed.recalls", False),
        ("observed.client.calls('connect')", True),
        ("observed.client.lines[0].time_ns", True),
    ],
)
def test_broken_runs_are_traced_where_an_expectation_asks_for_what_a_trace_tells(
    tmp_path: Path, asked: str, is_traced: bool
) -> None:
    (tmp_path / "scenario.py").write_text(f"def test_it(observed):\n    assert {asked}\n")
    (tmp_path / "server.py").write_text("send()\n")
    (tmp_path / "breaks.py").write_text(
        "from lab import Break, edit\n\n"
        'breaks = [Break("the server is silent", edit("server.py", "send", "silent"))]\n'
    )
    scenario = Scenario(server=Program("server.py")).placed(tmp_path, name="hello")
    whole, broken, after = proof.cases(scenario, [IPV4])
    assert whole.staging.untraced == ""
    assert {not broken.staging.untraced, not after.staging.untraced} == {is_traced}
