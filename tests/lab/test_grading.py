"""Submissions get exactly the marks that they earn, in any order, and none is judged twice."""

from __future__ import annotations

import csv
import json
import random
import re
import signal
from pathlib import Path

import pytest
import submissions
from lab_clone import ROOT, Clone, MakeClone, Said
from waiting import PATIENCE, wait_for

GRADES = Path("out") / "grades" / "greeting"
JOURNAL = GRADES / "journal.jsonl"
DEADLINE = 6.0
"""Seconds that a program may take: a right one has them on a machine that does much else."""
SCENARIO = ROOT / "tests" / "students" / "greeting" / "scenario.py"


@pytest.fixture(scope="module")
def clone(make_clone: MakeClone) -> Clone:
    """Give a clone whose results are this module's alone, with a scenario that stays as it is."""
    clone = make_clone()
    (clone.root / "scenarios" / "greeting").mkdir()
    programs = submissions.both(submissions.SERVER, submissions.CLIENT)
    for name, text in {**programs, "scenario.py": SCENARIO.read_text()}.items():
        (clone.root / "scenarios" / "greeting" / name).write_text(text)
    return clone


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, float]]:
    """Give forty submissions: where each is, and its mark."""
    return submissions.make(tmp_path_factory.mktemp("handed in"))


def grade(clone: Clone, *words: str) -> Said:
    """Grade over IPv4."""
    deadline = ("--ipv4", "--deadline", str(DEADLINE))
    return clone.lab("grade", "greeting", *words, *deadline, within=1500)


@pytest.mark.parametrize("order", ["by name", "backwards", "shuffled"])
def test_forty_submissions_get_exactly_their_marks_in_any_order(
    clone: Clone, handed_in: dict[str, tuple[Path, float]], order: str
) -> None:
    paths = sorted(str(path) for path, _ in handed_in.values())
    assert len(paths) == 40
    if order == "backwards":
        paths.reverse()
    elif order == "shuffled":
        random.shuffle(paths)
    said = grade(clone, "--again", *paths)
    assert said.status == 1, said.text
    with (clone.root / GRADES / "grades.csv").open(newline="") as file:
        found = {row["submission"]: row["score"] for row in csv.DictReader(file)}
    due = {name: f"{mark:g}" for name, (_, mark) in handed_in.items()}
    assert found == due, said.text
    assert not list(clone.root.rglob("passwd"))


def test_one_that_never_ends_costs_its_deadline_and_not_the_others(
    clone: Clone, handed_in: dict[str, tuple[Path, float]]
) -> None:
    said = grade(clone, "--again", str(handed_in["busy-server"][0]), str(handed_in["right"][0]))
    assert re.search(r"^✔ right +7 of 7$", said.stdout, re.MULTILINE), said.text
    assert re.search(r"^✗ busy-server +0 of 7 ", said.stdout, re.MULTILINE), said.text


def lines(clone: Clone) -> list[str]:
    """Return the keys of the journal's whole lines."""
    path = clone.root / JOURNAL
    text = path.read_text() if path.is_file() else ""
    whole = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [json.loads(line)["key"] for line in whole if line.startswith("{")]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_grading_goes_on_where_it_was_ended_and_judges_nothing_twice(
    clone: Clone, tmp_path: Path, end: signal.Signals
) -> None:
    (clone.root / JOURNAL).unlink(missing_ok=True)
    both = submissions.both(submissions.SERVER, submissions.CLIENT)
    paths = [tmp_path / f"student-{number}" for number in range(12)]
    for path in paths:
        path.mkdir()
        for name, text in both.items():
            (path / name).write_text(text)
    words = ("grade", "greeting", "--ipv4", *map(str, paths))
    process = clone.start(*words)
    wait_for("four marks", lambda: len(lines(clone)) >= 4 or process.poll() is not None)
    process.send_signal(end)
    process.communicate(timeout=PATIENCE)
    before = lines(clone)
    assert 4 <= len(before) < 12
    said = clone.lab(*words)
    assert said.status == 0, f"{said.text}\n{(clone.root / JOURNAL).read_text()}"
    assert lines(clone)[: len(before)] == before
    assert len(lines(clone)) == len(set(lines(clone))) == 12


def test_points_hidden_ones_attempts_and_forms(clone: Clone, tmp_path: Path) -> None:
    scenario = SCENARIO.read_text()
    scenario = scenario.replace("import Program,", "import Program, points,").replace(
        "def test_the_server_closes_first",
        "@points(3, hidden=True)\ndef test_the_server_closes_first",
    )
    right = submissions.both(submissions.SERVER, submissions.CLIENT)
    folder = clone.root / "scenarios" / "own"
    folder.mkdir()
    for name, text in {**right, "scenario.py": scenario}.items():
        (folder / name).write_text(text)
    made = tmp_path / "ann"
    made.mkdir()
    (made / "My Server.py").write_text(right["server.py"])
    (made / "client.py").write_text(right["client.py"])
    words = ("--ipv4", "--attempts", "2", "--map", "My*.py=server.py", "--write", "vpl=-")
    said = clone.lab("grade", "own", str(made), *words)
    assert said.status == 0, said.text
    assert said.stdout.splitlines()[-1] == "Grade :=>> 9"
    assert "closes first" not in said.stdout
    assert "1 hidden expectation: 3 of 3" in said.stdout
    page = (clone.root / "out" / "grades" / "own" / "ann" / "student.html").read_text()
    assert "closes first" not in page


def test_what_a_submission_brings_is_never_imported_here(clone: Clone, tmp_path: Path) -> None:
    made = tmp_path / "eve"
    made.mkdir()
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    names = ("conftest.py", "scenario.py", "breaks.py", "__init__.py", "socket.py", "lab.py")
    for name in names:
        (made / name).write_text(trap)
    (made / "server.py").write_text(trap + submissions.SERVER)
    (made / "client.py").write_text(trap + submissions.CLIENT)
    grade(clone, str(made))
    assert not (tmp_path / "sprung").exists()


OWN_PORT = """
'''A server on a port of the student's own'''
from lab import Program, Scenario, Tcp


def steps(lab):
    server = lab.server.start(Program("server.py", listens_on=Tcp(lab.port)))
    lab.client.run(Program("client.py", "server", lab.port))
    server.wait()


scenario = Scenario(hosts=["server", "client"], steps=steps)


def test_the_client_is_greeted(observed):
    assert observed.client.stdout == ["hello"]
"""
OWN_CLIENT = """
import socket, sys
print(socket.create_connection((sys.argv[1], int(sys.argv[2]))).recv(99).decode())
"""


def test_each_student_has_words_of_her_own_and_another_s_are_noticed(
    clone: Clone, tmp_path: Path
) -> None:
    folder = clone.root / "scenarios" / "own_port"
    folder.mkdir()
    texts = {"scenario.py": OWN_PORT, "client.py": OWN_CLIENT, "server.py": "pass"}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (tmp_path / "roster.csv").write_text("student\nann\nbob\n")
    (tmp_path / "secret").write_bytes(b"0123456789abcdef")
    secret = ("--secret", str(tmp_path / "secret"))
    assigned = clone.lab("assign", "own_port", "--roster", str(tmp_path / "roster.csv"), *secret)
    assert assigned.status == 0, assigned.text
    rows = {row["student"]: row for row in csv.DictReader(assigned.stdout.splitlines())}
    for name in ("ann", "bob"):  # bob has ann's
        (tmp_path / name).mkdir()
        listen = f"socket.create_server(('', {rows['ann']['port']}))"
        text = f"import socket\n{listen}.accept()[0].send(b'hello')"
        (tmp_path / name / "server.py").write_text(text)
    words = ("--only", "server.py", "--ipv4", *secret)
    said = clone.lab("grade", "own_port", *(str(tmp_path / each) for each in rows), *words)
    assert said.status == 1, said.text
    assert re.search(r"^✔ ann +2 of 2$", said.stdout, re.MULTILINE), said.text
    assert re.search(r"^✗ bob +0 of 2 ", said.stdout, re.MULTILINE), said.text
    assert "! bob: it works with the words of ann" in said.stdout
    page = (clone.root / "out" / "grades" / "own_port" / "bob" / "student.html").read_text()
    assert "the words of" not in page


OWN_LOSS = """
'''Each student loses another datagram'''

from lab import Loss, Program, Scenario, Udp

COUNT = Udp(16700)


def steps(lab):
    server = lab.remote.start(Program("server.py", listens_on=COUNT))
    with lab.fault(Loss(nth=lab.loss, of=COUNT), on="middle", towards="remote"):
        lab.client.run(Program("client.py", "remote"))
    lab.remote.finish(server)


scenario = Scenario(hosts=["client", "router", "router2", "remote"], steps=steps, deadline=60)


def test_the_server_says_which_is_lost(observed):
    assert observed.remote.stdout == [str(observed.loss)]
"""
TEN = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.connect((sys.argv[1], 16700))
    for number in [*range(1, 10), "end"]:
        client.send(str(number).encode())
"""
MISSED = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("", 16700))
    heard = set(iter(lambda: server.recv(99), b"end"))
print(*(number for number in range(1, 10) if str(number).encode() not in heard))
"""


def test_each_student_has_a_loss_of_her_own(clone: Clone, tmp_path: Path) -> None:
    folder = clone.root / "scenarios" / "own_loss"
    folder.mkdir()
    for name, text in {"scenario.py": OWN_LOSS, "client.py": TEN, "server.py": "pass"}.items():
        (folder / name).write_text(text)
    (tmp_path / "roster.csv").write_text("student\nann\nbob\ncarol\ndave\n")
    (tmp_path / "secret").write_bytes(b"0123456789abcdef")
    secret = ("--secret", str(tmp_path / "secret"))
    assigned = clone.lab("assign", "own_loss", "--roster", str(tmp_path / "roster.csv"), *secret)
    own = {row["student"]: row["loss"] for row in csv.DictReader(assigned.stdout.splitlines())}
    honest = "ann"
    copies = next(name for name in own if own[name] != own[honest])
    for name, text in ((honest, MISSED), (copies, f"{MISSED.replace('print(*', 'list(')}")):
        (tmp_path / name).mkdir()
        told = text if name == honest else f"{text}print({own[honest]})"
        (tmp_path / name / "server.py").write_text(told)
    words = ("--only", "server.py", "--ipv4", *secret)
    said = clone.lab("grade", "own_loss", str(tmp_path / honest), str(tmp_path / copies), *words)
    assert said.status == 1, said.text
    assert re.search(rf"^✔ {honest} +2 of 2$", said.stdout, re.MULTILINE), said.text
    assert re.search(rf"^✗ {copies} +1 of 2 ", said.stdout, re.MULTILINE), said.text
