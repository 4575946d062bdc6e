"""The command line hands on what programs print and how they end, and bounds and shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest
from lab_clone import GOOD_CLIENT, GOOD_SERVER, Clone, Said

PRINTS = """
    import socket, sys
    socket.create_connection((sys.argv[1], 15000)).close()
    while True:
        print("y" * 70, end="END")
"""


@pytest.mark.parametrize("status", [0, 1, 2, 77, 255])
def test_exec_gives_the_commands_own_exit_status(this_lab: Clone, status: int) -> None:
    assert this_lab.lab("exec", "client", "--", "sh", "-c", f"exit {status}").status == status


def test_exec_tells_of_a_command_that_there_is_not(this_lab: Clone) -> None:
    assert this_lab.lab("exec", "client", "--", "no-such-command").status in (126, 127)


def test_exec_runs_as_the_ordinary_user_and_as_root_where_asked(this_lab: Clone) -> None:
    assert this_lab.lab("exec", "client", "--", "id", "-un").stdout == "student\n"
    assert this_lab.lab("exec", "--root", "client", "--", "id", "-un").stdout == "root\n"


def test_exec_passes_streams_through_as_they_are(this_lab: Clone) -> None:
    said = this_lab.lab("exec", "server", "--", "sh", "-c", "echo out; echo err >&2")
    assert (said.stdout, said.stderr) == ("out\n", "err\n")


def test_status_as_json_has_the_hosts_that_are_up(this_lab: Clone) -> None:
    found = json.loads(this_lab.lab("status", "--json").stdout)
    names = {host["host"]: host for host in found["hosts"]}
    assert {"client", "server"} <= {*names}
    assert names["client"]["ipv4"].endswith(".10")
    assert found["faults"] == []


def test_logs_shows_what_a_host_has_said_since_it_started(this_lab: Clone) -> None:
    assert "socketlab: ready" in this_lab.lab("logs", "client").stdout
    said = this_lab.lab("logs", "clinet")
    assert said.status == 2
    assert "client" in said.stderr


def test_a_piped_run_tells_each_scenario_as_it_ends_and_a_quiet_one_nothing(
    this_lab: Clone, tmp_path: Path
) -> None:
    this_lab.lab("run", "tcp_connect", "udp_datagrams", "--ipv4")
    report = tmp_path / "report.xml"
    said = this_lab.lab("run", "tcp_connect", "udp_datagrams", "--ipv4", "--junit", str(report))
    first, second = said.stderr.splitlines()
    assert re.fullmatch(r"lab: \[1/2\] ✔ tcp_connect: IPv4 ✔ (\d+) of \1", first)
    assert re.fullmatch(r"lab: \[2/2\] ✔ udp_datagrams: IPv4 ✔ (\d+) of \1", second)
    assert ElementTree.parse(report).getroot().find("testsuite") is not None
    quiet = this_lab.lab("run", "tcp_connect", "--ipv4", "--quiet")
    assert (quiet.status, quiet.stdout, quiet.stderr) == (0, "", "")


def test_a_run_as_json_is_short_and_colours_come_where_asked(this_lab: Clone) -> None:
    found = json.loads(this_lab.lab("run", "tcp_connect", "--ipv4", "--json").stdout)
    assert [run["outcome"] for run in found["runs"]] == ["holds"]
    assert "\x1b" in this_lab.lab("judge", "tcp_connect", "--color", "always").stdout
    assert "\x1b" not in this_lab.lab("judge", "tcp_connect").stdout


def attempt(lab: Clone, folder: Path, server: str = GOOD_SERVER, client: str = GOOD_CLIENT) -> Said:
    """Return how ``lab try`` ends with these two programs, and what it tells."""
    for name, text in (("server.py", server), ("client.py", client)):
        (folder / name).write_text(dedent(text))
    programs = (str(folder / "server.py"), str(folder / "client.py"))
    said = lab.lab("try", *programs, "--port", "15000", "-w", str(folder / "kept"))
    assert "Traceback (most recent call last)" not in said.stderr, said.stderr
    return said


def test_two_good_programs_hold(this_lab: Clone, tmp_path: Path) -> None:
    said = attempt(this_lab, tmp_path)
    assert said.status == 0, said.text
    assert "b'hello'" in said.stdout
    assert (tmp_path / "kept" / "client.pcap").is_file()


@pytest.mark.parametrize("crash", ["1 / 0", "import sys; sys.exit('oh no')"])
@pytest.mark.parametrize("who", ["client", "server"])
def test_a_program_that_is_tried_and_crashes_is_told_as_crashed(
    this_lab: Clone, tmp_path: Path, who: str, crash: str
) -> None:
    good = {"server": GOOD_SERVER, "client": GOOD_CLIENT}
    programs = {**good, who: f"{dedent(good[who])}\n{crash}\n"}
    said = attempt(this_lab, tmp_path, **programs)
    assert said.status == 1, said.text
    words = "ZeroDivisionError: division by zero" if "/" in crash else "oh no"
    told = f"✗ {who}.py on {who}: it ended with exit status 1: {words}"
    assert told in " ".join(said.stdout.split())


@pytest.mark.parametrize("end", [r"\n", ""], ids=["lines", "one line"])
def test_what_a_program_prints_without_end_is_told_in_short(
    this_lab: Clone, tmp_path: Path, end: str
) -> None:
    said = attempt(this_lab, tmp_path, client=PRINTS.replace("END", end))
    assert said.status == 1, said.text
    assert "it printed more than 1000 kB, so it was stopped" in " ".join(said.stdout.split())
    assert len(said.stdout.splitlines()) < 200
    assert len(said.stdout) < 50_000


def test_what_a_program_prints_is_shown_and_never_obeyed(this_lab: Clone, tmp_path: Path) -> None:
    said = attempt(
        this_lab,
        tmp_path,
        client=r"""
            import socket, sys
            with socket.create_connection((sys.argv[1], 15000)) as connection:
                connection.recv(100)
            print("\x1b[2Jgone \x07 \x9b31m \u202eback <script>")
            sys.stdout.buffer.write(b"\xff\xfe\x00 raw\n")
        """,
    )
    assert said.status == 0, said.text
    assert r"\x1b[2Jgone \x07 \x9b31m \u202eback <script>" in said.stdout
    assert all(character.isprintable() or character == "\n" for character in said.stdout)


def test_a_cause_is_told_in_the_terminal_in_the_story_and_on_the_page(
    this_lab: Clone, tmp_path: Path
) -> None:
    said = attempt(this_lab, tmp_path, server=GOOD_SERVER.replace('""', '"127.0.0.1"'))
    assert said.status == 1, said.text
    kept = [tmp_path / "kept" / name for name in ("story.txt", "page.html", "observation.json")]
    for text in (said.stdout, *(path.read_text() for path in kept)):
        told = "server.py on server listens on 127.0.0.1, so no other host can reach it."
        assert told in " ".join(text.split())
