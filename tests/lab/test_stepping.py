"""Programs are stepped on their hosts: the same order gives the same steps, a deadlock is told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from lab_clone import Clone, Said

from lab.observation.steps.walk import essence

REPEATS = int(os.environ.get("STEP_REPEATS", "2"))
"""How often each is stepped; `make test-steps` asks for ten times."""

STUDENTS = Path(__file__).parents[1] / "students"

SCENARIOS = (
    *("tcp_handshake", "half_close", "file_and_socket", "request_response"),
    *("udp_boundaries", "udp_datagrams", "udp_large", "udp_unreachable"),
    "tcp_stream",  # by steps of its own
    *(("flow_control", "many_clients") if REPEATS > 2 else ()),  # hundreds of steps
)

BY_THE_CLOCK = {"flow_control"}
"""Where the kernel sends by its own clock, which no step holds (docs/stepping.md)."""

SERVER = """\
import socket
with socket.create_server(("", 15000)) as listener:
    connection, address = listener.accept()
    data = connection.recv(100)
    connection.sendall(data.upper())
"""
WAITS = """\
import socket, sys
s = socket.create_connection((sys.argv[1], 15000))
print(s.recv(100))
"""
WAITS_FOR_A_TIME = """\
import socket, sys
s = socket.create_connection((sys.argv[1], 15000))
s.settimeout(900)
try:
    print(s.recv(100))
except TimeoutError as error:
    print("waited in vain:", error)
s.sendall(b"hello")
print(s.recv(100))
"""
GREETS = """\
import socket, sys
with socket.create_server(("", 15000)) as listener:
    connection, address = listener.accept()
    print(sys.argv[1], connection.recv(100).decode())
"""
ASKS = """\
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(input("who? ").encode())
"""
TELLS_A_FILE = """\
import socket
with open("words.txt") as file, socket.create_server(("", 15000)) as listener:
    connection, address = listener.accept()
    connection.sendall(file.read().encode())
"""
READS_TWO_WORDS = """\
import socket, sys
host, port = sys.argv[1], int(sys.argv[2])
s = socket.create_connection((host, port))
print(s.recv(100).decode(), "from", host, port)
"""
ANSWERS = """\
import socket
with socket.create_server(("", 15000)) as listener:
    connection, address = listener.accept()
    connection.sendall(b"hello")
    connection.close()
"""
SERVES_IN_A_THREAD = """\
import socketserver, threading
answered = threading.Event()
class Answers(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hello")
        answered.set()
class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    pass
server = Server(("", 15000), Answers)
thread = threading.Thread(target=server.serve_forever)
thread.start()
"""
BY_COMMAND = """\
'nc hears a server'
from lab import Command, Program, Scenario, Tcp
server = Program("server.py", listens_on=Tcp(15000))
scenario = Scenario(server=server, client=Command("nc", "-d", "server", "15000"))
def test_nc_hears_it(observed):
    assert observed.client.stdout == ["hello"]
"""
FORKS = """\
import os
os.fork()
"""


@pytest.fixture
def clone(this_lab: Clone) -> Path:
    return this_lab.root


@pytest.fixture
def step_two(lab: Callable[..., Said], tmp_path: Path) -> Callable[..., Said]:
    """Give what steps two programs from their sources."""

    def step(server: str, client: str, *words: str) -> Said:
        (tmp_path / "server.py").write_text(server)
        (tmp_path / "client.py").write_text(client)
        paths = [str(tmp_path / name) for name in ("server.py", "client.py")]
        return lab("step", *paths, "--port", "15000", *words)

    return step


@pytest.mark.parametrize("order", ["server", "client", "seed:7"])
def test_the_same_order_twice_gives_the_same_steps_twice(this_lab: Clone, order: str) -> None:
    first, *others = _essences(this_lab, "tcp_connect", order)
    assert [_differs(first, other) for other in others] == [[]] * (REPEATS - 1)


@pytest.mark.parametrize(("client", "status"), [(WAITS, 1), (WAITS_FOR_A_TIME, 0)])
def test_a_deadlock_and_a_timeout_come_at_the_same_steps_each_time(
    step_two: Callable[..., Said], clone: Path, client: str, status: int
) -> None:
    found = []
    for _ in range(REPEATS):
        assert step_two(SERVER, client).status == status
        found.append(essence((clone / "out/step/steps.json").read_text()))
    assert [_differs(found[0], other) for other in found[1:]] == [[]] * (REPEATS - 1)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_the_same_steps_each_time(this_lab: Clone, name: str) -> None:
    first, *others = _essences(this_lab, name, "server")
    assert [_differs(first, other) for other in others] == [[]] * (REPEATS - 1)


def _differs(one: str, other: str) -> list[str]:
    """Return the first lines in which two walks differ, with the lines before them."""
    lines, others = one.splitlines(), other.splitlines()
    pairs = enumerate(zip_longest(lines, others))
    at = next((number for number, (left, right) in pairs if left != right), None)
    return [] if at is None else [*lines[max(0, at - 12) : at + 1], "instead of", others[at]]


def _essences(clone: Clone, name: str, order: str) -> list[str]:
    found = []
    for _ in range(REPEATS):
        said = clone.call("step", name, "--ipv4", "--order", order)
        assert said.status == 0, said.text
        kept = (clone.root / "out" / name / "step" / "steps.json").read_text()
        found.append(essence(kept, own=name not in BY_THE_CLOCK))
    return found


def _steps(clone: Path) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = json.loads((clone / "out/step/steps.json").read_text())["steps"]
    return steps


def test_a_walk_of_more_steps_than_asked_for_fails_and_says_what_takes_more(
    step_two: Callable[..., Said],
) -> None:
    said = step_two(SERVER, WAITS, "--most", "2")
    assert said.status == 1, said.text
    told = "after 2 steps the programs have not ended; lab step has --most for more"
    assert f"Result: {told}" in said.text


def test_what_crosses_the_wire_belongs_to_the_line_that_caused_it(
    step_two: Callable[..., Said], clone: Path
) -> None:
    said = step_two(SERVER, WAITS.replace("print", "s.sendall(b'hi')\nprint"))
    assert said.status == 0, said.text
    caused = {
        (step["ran"]["file"], step["ran"]["line"]): [each["text"] for each in step["packets"]]
        for step in _steps(clone)
        if step["packets"]
    }
    assert caused["client.py", 2][-3:] == ["SYN", "SYN ACK", "ACK"]
    assert caused["client.py", 3] == ['"hi" 2 B', "ACK"]
    assert caused["server.py", 5] == ['"HI" 2 B', "ACK"]
    made = {
        (step["ran"]["file"], step["ran"]["line"]): [each["text"] for each in step["calls"]]
        for step in _steps(clone)
        if step["calls"]
    }
    assert made["client.py", 3] == ["recv(100) → b'hi'", "sendall(b'hi')"]
    assert made["server.py", 5] == ["sendall(b'HI')"]


def test_two_that_wait_for_each_other_are_told_with_their_lines(
    step_two: Callable[..., Said],
) -> None:
    said = step_two(SERVER, WAITS)
    assert said.status == 1
    told = "both wait in recv, server.py:4 and client.py:3; nobody will ever send"
    assert f"Result: {told}\n" in said.stdout


@pytest.mark.parametrize(
    ("ends", "result"),
    [
        ("thread.join()", "the thread that server.py:11 started in poll: it waits for the next"),
        ("", "the thread that server.py:11 started in poll: it waits for the next"),
        ("answered.wait()\nserver.shutdown()\nthread.join()", "all programs have ended"),
    ],
    ids=["joined", "left", "shut down"],
)
def test_a_server_whose_library_serves_in_a_thread_waits_for_clients_or_is_shut_down(
    step_two: Callable[..., Said], ends: str, result: str
) -> None:
    said = step_two(SERVES_IN_A_THREAD + ends, WAITS, "--order", "server")
    assert said.status == 0, said.text
    assert "client.py │ b'hello'" in said.stdout
    assert f"Result: {result}" in said.stdout


def test_a_timeout_runs_out_only_when_nobody_else_can_move(
    step_two: Callable[..., Said], clone: Path
) -> None:
    said = step_two(SERVER, WAITS_FOR_A_TIME, "--order", "client")
    assert said.status == 0, said.text
    assert "waited in vain: timed out" in said.stdout
    assert "client.py │ b'HELLO'" in said.stdout
    told = " ".join(said.stdout.split())
    assert "that time passes only when no program can move" in told
    (time_step,) = [step for step in _steps(clone) if step["kind"] == "time"]
    assert time_step["notes"][0] == "900 s pass for the programs: recv of client.py:5 runs out"


def test_programs_get_their_arguments_and_what_is_typed(step_two: Callable[..., Said]) -> None:
    words = ("--server-args", "'good morning'", "--client-args", "server 15000")
    said = step_two(GREETS, ASKS, *words, "--typed", "violet", "--order", "server")
    assert said.status == 0, said.text
    assert "client.py │ who? " in said.stdout
    assert "server.py │ good morning violet" in said.stdout


def test_programs_bring_the_files_that_they_name_and_a_client_gets_the_port_as_when_tried(
    step_two: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("violet")
    said = step_two(TELLS_A_FILE, READS_TWO_WORDS, "--order", "server")
    assert said.status == 0, said.text
    assert "client.py │ violet from server 15000" in said.stdout


def test_two_of_which_neither_is_in_python_are_refused_and_may_be_tried(
    lab: Callable[..., Said],
) -> None:
    paths = [str(STUDENTS / "node" / name) for name in ("server.js", "client.js")]
    said = lab("step", *paths, "--port", "5000")
    assert said.status == 2, said.text
    assert said.is_clear("neither is a program in Python", "lab try")


def test_a_name_that_is_built_in_is_another_one_in_what_runs(
    step_two: Callable[..., Said], clone: Path
) -> None:
    at_home = ASKS.replace("sys.argv[1]", "'localhost'").replace("sys.argv[2]", "15000")
    asked = ("--typed", "violet", "--order", "server")
    refused = step_two(GREETS, at_home, *asked, "--replace", "elsewhere=server")
    assert refused.status == 2, refused.text
    assert "replacing elsewhere: it stands in no file of the programs" in " ".join(
        refused.text.split()
    )
    as_it_is = step_two(GREETS, at_home, *asked)
    assert "Try: --replace localhost=server, since the programs" in as_it_is.stdout
    words = ("--server-args", "hello", "--replace", "localhost=server")
    said = step_two(GREETS, at_home, *words, *asked)
    assert said.status == 0, said.text
    assert "server.py │ hello violet" in said.stdout
    walked = json.loads((clone / "out/step/steps.json").read_text())
    assert "('server', int(15000))" in walked["sources"]["client"]["client.py"]


def test_a_command_runs_as_a_whole_while_the_programs_that_serve_it_move(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    folder = tmp_path / "asked_by_a_command"
    folder.mkdir()
    (folder / "server.py").write_text(ANSWERS)
    (folder / "scenario.py").write_text(BY_COMMAND)
    said = lab("step", str(folder), "--ipv4", "--order", "server")
    assert said.status == 0, said.text
    assert "Result: all programs have ended" in said.stdout
    assert '"hello" 5 B' in said.stdout


def test_a_client_of_another_language_starts_when_its_server_listens(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(ANSWERS)
    (tmp_path / "client.sh").write_text('nc -d "$1" "$2"\n')
    paths = [str(tmp_path / name) for name in ("server.py", "client.sh")]
    said = lab("step", *paths, "--port", "15000", "--order", "client")
    assert said.status == 0, said.text
    assert "Result: all programs have ended" in said.stdout
    assert '"hello" 5 B' in said.stdout


def test_a_server_of_another_language_listens_before_its_client_moves(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "server.sh").write_text("sleep 1; echo hello | nc -l -p 15000\n")
    (tmp_path / "client.py").write_text(READS_TWO_WORDS)
    paths = [str(tmp_path / name) for name in ("server.sh", "client.py")]
    said = lab("step", *paths, "--port", "15000", "--order", "client")
    assert said.status == 0, said.text
    assert "client.py │ hello" in said.stdout


def test_what_is_typed_goes_into_a_window_and_one_that_stays_open_is_the_end(
    lab: Callable[..., Said], clone: Path, tmp_path: Path
) -> None:
    for each in ("server.py", "client.py"):
        source = (STUDENTS / "window" / each).read_text()
        (tmp_path / each).write_text(source.replace("localhost", "server"))
    paths = [str(tmp_path / each) for each in ("server.py", "client.py")]
    said = lab("step", *paths, "--port", "8790", "--type", "Peru", "--order", "server")
    assert said.status == 0, said.text
    assert "client.py │ got Lima" in said.stdout, said.text
    assert "Result: client.py:42: a window is open, and the lab closes it" in said.stdout
    (asked,) = [step for step in _steps(clone) if '"Peru" 4 B' in str(step["packets"])]
    assert asked["ran"]["line"] == 36


def test_a_program_that_cannot_be_stepped_is_refused_with_the_reason(
    step_two: Callable[..., Said],
) -> None:
    said = step_two(FORKS, WAITS)
    assert said.status == 1
    assert "server.py: it forks, and lab step follows threads only" in said.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["ping"], "no program in Python"),
        (["traceroute"], "no program in Python"),
        (["host_down"], "its steps use PowerCut"),
        (["tcp_connect", "--order", "both"], "no such order"),
        (["server.py", "client.py"], "--port 15000"),
        (["tcp_connect", "--client-args", "server"], "says itself how its programs are called"),
        (
            ["server.py", "client.py", "server", "--client-args", "server", "--port", "15000"],
            "given twice",
        ),
    ],
)
def test_what_cannot_be_stepped_is_told_before_any_host_is_up(
    lab: Callable[..., Said], words: list[str], reason: str
) -> None:
    said = lab("step", *words)
    assert said.status == 2
    assert reason in said.text
