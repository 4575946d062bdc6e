"""What programs do wrong is told as such, bounded, and leaves nothing behind on the hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import Clone, Said, wait_for

GOOD_SERVER = """
    import socket

    with socket.create_server(("", 15000)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"hello")
"""

GOOD_CLIENT = """
    import socket, sys

    with socket.create_connection((sys.argv[1], 15000)) as connection:
        print(connection.recv(100))
"""

# Less deadline_scale: what is tried here never ends by itself, however long it is waited for.
SHORT = {"LISTEN_DEADLINE = 5.0": "LISTEN_DEADLINE = 1.0", "GRACE = 3.0": "GRACE = 0.3"}


@pytest.fixture(scope="module")
def short_lab(teachers_lab: Clone) -> Iterator[Clone]:
    """Give a lab that loses its deadline_scale sooner than usual."""
    for old, new in SHORT.items():
        teachers_lab.edit("lab/runner/stage.py", old, new)
    teachers_lab.edit(
        "lab/scenario/program.py", "DEFAULT_DEADLINE = 10.0", "DEFAULT_DEADLINE = 1.5"
    )
    assert teachers_lab.lab("up").status == 0
    yield teachers_lab
    # Whatever the tests did: nothing of the programs is on any host.
    for host in ("client", "server"):
        assert teachers_lab.inside(host) == []
        left = teachers_lab.docker(
            "exec", teachers_lab.ids()[host], "ls", "-A", "/run/socketlab"
        ).split()
        assert left == []


def attempt(lab: Clone, server: str = GOOD_SERVER, client: str = GOOD_CLIENT) -> Said:
    """Return how ``lab try`` ends with these two programs, and what it tells."""
    for name, text in (("server.py", server), ("client.py", client)):
        (lab.root / name).write_text(dedent(text))
    said = lab.lab("try", "server.py", "client.py", "--port", "15000", "-w", "kept")
    assert "Traceback (most recent call last)" not in said.stderr, said.stderr
    return said


def kept(lab: Clone, host: str) -> dict[str, object]:
    """Return what the last try's record holds of the program of a host."""
    record = json.loads((lab.root / "kept" / "observation.json").read_text())
    found = next(one for one in record["hosts"] if one["name"] == host)
    transcript: dict[str, object] = found["transcripts"][-1]
    return transcript


def test_two_good_programs_hold(short_lab: Clone) -> None:
    said = attempt(short_lab)
    assert said.status == 0, said.text
    assert "b'hello'" in said.stdout
    assert (short_lab.root / "kept" / "client.pcap").is_file()


def test_a_server_that_never_listens_is_told_of_and_stopped(short_lab: Clone) -> None:
    said = attempt(short_lab, server="import time\ntime.sleep(60)\n")
    assert said.status == 1, said.text
    assert "it did not listen on TCP 15000 within 1 s, so it was stopped" in unwrapped(said)


def test_a_server_that_ends_before_it_listens_is_told_of_with_its_error(short_lab: Clone) -> None:
    said = attempt(short_lab, server="import sys\nraise SystemExit('no such luck')\n")
    assert said.status == 1, said.text
    assert "it ended before it listened on TCP 15000" in unwrapped(said)
    assert "no such luck" in said.stdout


def test_a_server_that_listens_elsewhere_did_not_listen(short_lab: Clone) -> None:
    said = attempt(short_lab, server=GOOD_SERVER.replace("15000", "15001"))
    assert said.status == 1, said.text
    assert "it did not listen on TCP 15000" in unwrapped(said)


def test_a_client_that_never_ends_is_told_of_and_stopped(short_lab: Clone) -> None:
    said = attempt(short_lab, client="while True: pass\n")
    assert said.status == 1, said.text
    assert "it had not ended after 1.5 s, so it was stopped" in unwrapped(said)


def test_a_server_that_never_ends_is_told_of_and_stopped(short_lab: Clone) -> None:
    said = attempt(short_lab, server=dedent(GOOD_SERVER) + "import time\ntime.sleep(60)\n")
    assert said.status == 1, said.text
    assert "it had not ended 0.3 s after the other programs" in unwrapped(said)


def test_a_program_deaf_to_the_asking_is_killed(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            time.sleep(60)
        """,
    )
    assert said.status == 1, said.text
    assert "so it was stopped" in unwrapped(said)
    assert kept(short_lab, "client")["exit_status"] == -9


def test_a_program_that_prints_without_end_is_stopped_at_the_limit(short_lab: Clone) -> None:
    said = attempt(short_lab, client="while True: print('y' * 70)\n")
    assert said.status == 1, said.text
    assert "it printed more than 1000 kB, so it was stopped" in unwrapped(said)
    assert len(said.stdout.splitlines()) < 200


def test_a_line_without_end_is_bounded_too(short_lab: Clone) -> None:
    said = attempt(short_lab, client="while True: print('y' * 70, end='')\n")
    assert said.status == 1, said.text
    assert "it printed more than 1000 kB" in unwrapped(said)
    assert len(said.stdout) < 50_000


def test_what_a_program_prints_is_shown_and_never_obeyed(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
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


def test_a_program_that_takes_all_memory_gets_an_error_and_the_host_lives(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            try:
                held = [bytearray(50 << 20) for _ in range(20)]
            except MemoryError:
                print("no more memory")
        """,
    )
    assert "no more memory" in said.stdout, said.text


def test_a_fork_bomb_meets_a_bound_and_nothing_of_it_is_left(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import os, time
            made = 0
            try:
                while made < 2000:
                    if os.fork() == 0:
                        time.sleep(60)
                        os._exit(0)
                    made += 1
            except BlockingIOError:
                print("bounded:", 10 < made < 512)
        """,
    )
    assert "bounded: True" in said.stdout, said.text
    assert short_lab.inside("client") == []


def test_a_bomb_that_goes_on_forking_is_ended_as_well(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import os
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
        """,
    )
    assert said.status == 1, said.text
    assert short_lab.inside("client") == []
    assert attempt(short_lab).status == 0


def test_a_child_that_hides_by_forking_twice_ends_with_the_run(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for number in (0, 1, 2):
                        os.close(number)
                    time.sleep(600)
                os._exit(0)
            os.wait()
            print("left one behind")
        """,
    )
    assert "left one behind" in said.stdout, said.text
    assert short_lab.inside("client") == []


def test_a_server_can_have_a_hundred_threads(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import threading
            held = threading.Barrier(101)
            for _ in range(100):
                threading.Thread(target=held.wait, daemon=True).start()
            held.wait()
            print("all at once")
        """,
    )
    assert "all at once" in said.stdout, said.text


def test_processes_that_take_all_memory_together_die_and_the_lab_does_not(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import os, time
            for _ in range(100):
                if os.fork() == 0:
                    held = b"x" * (20 << 20)
                    time.sleep(60)
                    os._exit(0)
            time.sleep(60)
        """,
    )
    assert said.status == 1, said.text
    assert short_lab.inside("client") == []
    assert attempt(short_lab).status == 0


def test_a_file_larger_than_the_limit_is_refused(short_lab: Clone) -> None:
    said = attempt(
        short_lab,
        client="""
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            try:
                with open("large", "wb") as file:
                    for _ in range(100):
                        file.write(bytes(1 << 20))
            except OSError as error:
                print(type(error).__name__, error.strerror)
        """,
    )
    assert "OSError" in said.stdout, said.text


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


def test_expectations_that_do_not_hold_give_status_1_and_the_story(short_lab: Clone) -> None:
    folder = write_scenario(short_lab, "wrong", "assert observed.client.stdout == ['other words']")
    said = short_lab.lab("run", folder.name)
    assert said.status == 1, said.text
    assert "the expectation" in said.stdout
    assert "other words" in said.stdout
    assert "0 of 2 runs hold, 2 do not" in unwrapped(said)


def test_expectations_that_hold_give_status_0(short_lab: Clone) -> None:
    folder = write_scenario(short_lab, "right", """assert observed.client.stdout == ["b'hello'"]""")
    said = short_lab.lab("run", folder.name)
    assert said.status == 0, said.text


def write_scenario(lab: Clone, name: str, expectation: str) -> Path:
    """Write a scenario of the two good programs with one expectation."""
    scenario = f"""
        \"\"\"One expectation.\"\"\"
        from lab import Program, Scenario, Tcp

        scenario = Scenario(
            server=Program("server.py", listens_on=Tcp(15000)),
            client=Program("client.py", "server"),
        )

        def test_the_expectation(observed):
            {expectation}
    """
    both = GOOD_SERVER.replace(
        '(("", 15000))', '(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True)'
    )
    return lab.scenario(
        name, server=dedent(both), client=dedent(GOOD_CLIENT), scenario=dedent(scenario)
    )


def unwrapped(said: Said) -> str:
    """Return the story with its lines joined, to look for a sentence in."""
    return " ".join(said.stdout.split())


def test_a_program_that_was_asked_to_end_has_ended_when_the_run_has(short_lab: Clone) -> None:
    attempt(short_lab, client="import time\ntime.sleep(60)\n")
    wait_for("no program on any host", lambda: short_lab.inside("client") == [], within=5)
