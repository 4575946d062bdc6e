"""A keyword's value that means nothing is refused where it stands, and says what would mean one."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab import (
    Break,
    Command,
    Delay,
    Family,
    Firewall,
    Loss,
    Mtu,
    Program,
    Rate,
    Reorder,
    Scenario,
    Tcp,
    cut_off,
    edit,
    points,
    replace_words,
)
from lab.errors import ScenarioInvalid
from lab.scenario import catalogue

CLIENT = Program("client.py")
NO_LONGER = 100


@pytest.mark.parametrize(
    ("keyword", "given"),
    [
        ("families", "ipv4"),
        ("families", ["ipv5"]),
        ("families", []),
        ("families", 4),
        ("deadline", "30"),
        ("deadline", -1),
        ("deadline", 0),
        ("deadline", float("nan")),
        ("deadline", float("inf")),
        ("deadline", True),
        ("deadline", None),
        ("steps", "steps"),
        ("part", 2),
        ("lectures", 6),
        ("lectures", "6"),
        ("hosts", 5),
        ("hosts", [CLIENT]),
        ("together", "yes"),
        ("replace", "localhost"),
        ("replace", {"localhost": 1}),
        ("wheels", ["a.whl"]),
    ],
)
def test_a_scenario_refuses_what_a_keyword_cannot_mean(keyword: str, given: Any) -> None:
    with pytest.raises(ScenarioInvalid, match=rf"a scenario: {keyword} is .*\nTry: .*{keyword}="):
        Scenario(client=CLIENT, **{keyword: given})


@pytest.mark.parametrize("kind", [Program, Command])
@pytest.mark.parametrize(
    ("keyword", "given"),
    [
        ("serves", "prehaps"),
        ("serves", 1),
        ("serves", None),
        ("deadline", "30"),
        ("deadline", -1),
        ("deadline", 0),
        ("waits", -0.5),
        ("waits", "1"),
        ("waits", None),
        ("stdin", b"ann"),
        ("stdin", ["ann"]),
        ("typed", 5),
        ("typed", [5]),
        ("keeps", 5),
        ("keeps", [None]),
        ("name", 3),
        ("traced", "no"),
        ("screen", 1),
        ("listens_on", "anny"),
    ],
)
def test_a_program_refuses_what_a_keyword_cannot_mean(
    kind: Callable[..., Program], keyword: str, given: Any
) -> None:
    told = rf"making a {kind.__name__} of x: {keyword} is .*\nTry: .*{keyword}="
    with pytest.raises(ScenarioInvalid, match=told):
        kind("x", **{keyword: given})


def test_what_keywords_may_be_is_taken() -> None:
    scenario = Scenario(client=CLIENT, families=["ipv6"], deadline=0.5, hosts={"dns": 1})  # type: ignore[list-item]
    assert (scenario.families, scenario.hosts) == ((Family.IPV6,), ("client", "dns"))
    program = Program("a.py", 1, 2.5, "x", Family.IPV4, waits=0, stdin="")  # type: ignore[arg-type]
    assert program.arguments == ("1", "2.5", "x", "ipv4")


@pytest.mark.parametrize("given", [["server", 15000], None, Tcp(1), b"x", {"a": 1}])
def test_an_argument_is_a_word_or_a_number(given: Any) -> None:
    with pytest.raises(ScenarioInvalid, match=r"an argument is .*\nTry: words and numbers"):
        Program("client.py", given)


def test_the_name_of_a_program_is_one_word() -> None:
    with pytest.raises(ScenarioInvalid, match=r"'ping -c 3'\nTry: Command\(\"ping\", \"-c\", \"3"):
        Command("ping -c 3")
    for wrong in (Path("client.py"), ["client.py"], "", None):
        with pytest.raises(ScenarioInvalid, match=r"its name is .*\nTry: Program\(\"client\.py"):
            Program(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("prat", r"did you mean part=\?"),
        ("famlies", r"did you mean families=\?"),
        ("lecture", r"did you mean lectures=\?"),
        ("serves", "serves= is a keyword of a Program"),
        ("client", r'Scenario\(client=Program\("client\.py"\)\)'),
    ],
)
def test_what_is_no_host_s_program_may_be_a_misspelled_keyword(word: str, told: str) -> None:
    with pytest.raises(ScenarioInvalid, match=rf"host {word} is given \['B'\].*\nTry: {told}"):
        Scenario(**{word: ["B"]})  # type: ignore[arg-type]


def test_a_scenario_that_runs_nothing_is_none() -> None:
    with pytest.raises(ScenarioInvalid, match="client but runs nothing"):
        Scenario(client=[])


@pytest.mark.parametrize(
    "made",
    [
        lambda: Break("", edit("a.py", "b", "c")),
        lambda: Break(edit("a.py", "b", "c")),  # type: ignore[arg-type]
        lambda: Break("it is silent", "edit"),  # type: ignore[arg-type]
        lambda: Break("it is silent", [cut_off("client")]),  # type: ignore[arg-type]
        lambda: Break("it is silent", cut_off("client"), families="ipv4"),  # type: ignore[arg-type]
        lambda: edit("a.py", "", "c"),
        lambda: edit("a.py", "b", "b"),
        lambda: edit("a.py", b"b", "c"),  # type: ignore[arg-type]
        lambda: cut_off(["client"]),  # type: ignore[arg-type]
        lambda: replace_words(" ", "x"),
        lambda: replace_words(["-c", 3], "x"),  # type: ignore[list-item]
        lambda: Loss(of=15000),  # type: ignore[arg-type]
        lambda: Loss(of="TCP"),  # type: ignore[arg-type]
        lambda: Loss(having="syn"),  # type: ignore[arg-type]
        lambda: Loss(nth="3"),  # type: ignore[arg-type]
        lambda: Loss(nth=(1, "2")),  # type: ignore[arg-type]
        lambda: Loss(nth=2.5),  # type: ignore[arg-type]
        lambda: Loss(share="0.5"),  # type: ignore[arg-type]
        lambda: Delay(seconds="1"),  # type: ignore[arg-type]
        lambda: Delay(seconds=1, jitter=-1),
        lambda: Reorder(seconds=0),
        lambda: Rate(bits_per_second=0),
        lambda: Rate(bits_per_second="1"),  # type: ignore[arg-type]
        lambda: Mtu("1400"),  # type: ignore[arg-type]
        lambda: Firewall(80),  # type: ignore[arg-type]
        lambda: Firewall(None),  # type: ignore[arg-type]
        lambda: Firewall("tcp", polite="yes"),  # type: ignore[arg-type]
        lambda: points(2, hidden="yes"),  # type: ignore[arg-type]
        lambda: points(2, hint=3),  # type: ignore[arg-type]
    ],
)
def test_breaks_faults_and_points_refuse_what_means_nothing(made: Callable[[], object]) -> None:
    with pytest.raises(ScenarioInvalid, match="\nTry: "):
        made()


def test_faults_that_mean_something_are_taken() -> None:
    assert Loss(nth=[1, 2], of="icmp").description["nth"] == [1, 2]  # type: ignore[arg-type]
    assert str(Firewall(Tcp(80))) == "firewall that drops TCP 80"
    assert str(Delay(seconds=0, jitter=0.5)) == "delay by 0 ms ± 500 ms of all packets"


def test_a_port_is_no_truth() -> None:
    with pytest.raises(TypeError, match=r"Tcp\(True\) is no port"):
        Tcp(True)


def test_a_long_value_is_shown_in_part() -> None:
    with pytest.raises(ScenarioInvalid) as raised:
        Scenario(client=CLIENT, part=["long"] * 1000)  # type: ignore[arg-type]
    assert len(raised.value.seen) < NO_LONGER


@pytest.mark.parametrize(
    ("text", "seen", "advice"),
    [
        ("Program('a.py', listen_on=1)", "Program takes no listen_on=, but listens_on=", "did you"),
        ("Command('ping', servs=1)", "Command takes no servs=, but serves=", "mean serves="),
        ("Tcp(prt=1)", "Tcp takes no prt=, but port=", "mean port="),
        ("Break('it', famly=1)", "Break takes no famly=, but families=", "mean families="),
        ("Loss(nht=1)", "Loss takes no nht=, but nth=", "mean nth="),
        ("points(2, hints='x')", "points takes no hints=, but hint=", "mean hint="),
        ("Program('a.py', pizza=1)", "Program takes no pizza=", "one of file=, listens_on="),
        ("Scenario(prat='B')", "making a scenario: host prat is given 'B'", "mean part="),
        ("Program('a.py', serves=2)", "making a Program of a.py: serves is 2", "serves='perhaps'"),
    ],
)
def test_what_is_refused_in_a_file_is_told_with_its_line(
    tmp_path: Path, text: str, seen: str, advice: str
) -> None:
    path = tmp_path / "scenario.py"
    path.write_text(f"from lab import *\n\nscenario = {text}\n")
    with pytest.raises(ScenarioInvalid, match=rf"scenario\.py, line 3: {seen}") as raised:
        catalogue.module_of(path)
    assert advice in raised.value.advice


def test_what_shows_more_is_the_python_that_has_the_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's Python knows no `lab`."""
    path = tmp_path / "my course" / "scenario.py"
    path.parent.mkdir()
    path.write_text("import lab\n1 / 0\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioInvalid) as raised:
        catalogue.module_of(path)
    python, shown = shlex.split(raised.value.advice.split(";")[1].removesuffix(" shows more"))
    assert (python, shown) == (sys.executable, "my course/scenario.py")
    monkeypatch.chdir(Path(sys.executable).parents[1])
    with pytest.raises(ScenarioInvalid) as raised:
        catalogue.module_of(path)
    assert f"; bin/{Path(sys.executable).name} '{path}' shows more" in raised.value.advice
