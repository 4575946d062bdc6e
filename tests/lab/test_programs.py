"""What programs do wrong is told as such, bounded, and leaves nothing behind on the hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from lab_clone import GOOD_CLIENT, GOOD_SERVER, Clone

from lab import Command, Family, Program, Scenario, Tcp, Udp
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.stage import Stage
from lab.runner.staging import Staging
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline

HURRY = Staging(deadline_scale=0.15)
"""For what never ends by itself, however long it is waited for."""

LEAVES = """
    import os
    open("small.txt", "w").write("here")
    open("large.bin", "wb").write(bytes(3 << 20))
    os.symlink("/etc/hostname", "link.txt")
    os.mkfifo("pipe.txt")
    os.mkdir("folder.txt")
"""


@pytest.fixture(scope="module", autouse=True)
def nothing_left(this_lab: Clone) -> Iterator[None]:
    """Whatever the tests do: nothing of the programs is on any host afterwards."""
    yield
    for host in ("client", "server"):
        assert this_lab.inside(host) == []
        # Where the lab notes the faults that it has set stays; what is in it does not.
        find = ("find", "/run/socketlab", "-mindepth", "1", "-not", "-name", "guards")
        assert this_lab.docker("exec", this_lab.ids()[host], *find) == ""


Attempt = Callable[..., Observation]


@pytest.fixture
def attempt(network: RunningLab, tmp_path: Path) -> Attempt:
    """Give a function that runs a client, and a server where one is given; it returns what it saw.

    ``keeps`` and the like are the client's. With ``hurry`` deadlines are short.
    """

    def run(
        client: str = GOOD_CLIENT, server: str = "", *, hurry: bool = False, **more: Any
    ) -> Observation:
        programs: dict[str, Any] = {"client": Program("client.py", "server", **more)}
        if server:
            programs = {"server": Program("server.py", listens_on=Tcp(15000)), **programs}
        for name, text in (("server.py", server), ("client.py", client)):
            (tmp_path / name).write_text(dedent(text))
        scenario = Scenario(**programs).placed(tmp_path)
        observed = observe(network, scenario, Family.IPV4, staging=HURRY if hurry else Staging())
        assert observed.inconclusive == ()
        return observed

    return run


def failures(observed: Observation) -> str:
    """Return what is said of the programs; something must be."""
    assert observed.failures
    return "; ".join(observed.failures)


def test_a_server_that_never_listens_is_told_of_and_stopped(attempt: Attempt) -> None:
    seen = attempt(server="import time\ntime.sleep(60)\n", hurry=True)
    assert "it did not listen on TCP 15000 within 1.5 s, so it was stopped" in failures(seen)


def test_a_server_that_ends_before_it_listens_is_told_of_with_its_error(attempt: Attempt) -> None:
    seen = attempt(server="import sys\nraise SystemExit('no such luck')\n")
    told = "it ended before it listened on TCP 15000, with exit status 1: no such luck"
    assert told in failures(seen)
    assert seen.server["server.py"].stopped_for is None
    assert seen.server.exit_status == 1


def test_a_server_that_listened_elsewhere_and_ended_is_told_of_with_what_it_listened_on(
    attempt: Attempt,
) -> None:
    seen = attempt(server="import socket\nsocket.create_server(('', 15001))\n")
    told = "it listened on TCP 15001, and ended before it listened on TCP 15000"
    assert told in failures(seen)


def test_a_server_that_listens_elsewhere_did_not_listen(attempt: Attempt) -> None:
    seen = attempt(server=GOOD_SERVER.replace("15000", "15001"), hurry=True)
    assert "it did not listen on TCP 15000" in failures(seen)


def test_a_client_that_never_ends_is_told_of_and_stopped(attempt: Attempt) -> None:
    seen = attempt("while True: pass\n", hurry=True)
    assert "it had not ended after 1.5 s, so it was stopped" in failures(seen)


def test_a_server_that_never_ends_is_told_of_and_stopped(attempt: Attempt) -> None:
    seen = attempt(server=dedent(GOOD_SERVER) + "import time\ntime.sleep(60)\n")
    assert re.search(r"it had not ended \d+ s after the other programs", failures(seen))


CRASHES = {
    "1 / 0": "it ended with exit status 1: ZeroDivisionError: division by zero",
    "import os; os._exit(3)": "it ended with exit status 3",
    "import sys; sys.exit('no luck')": "it ended with exit status 1: no luck",
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": "it ended by signal SIGSEGV",
    "import os, signal; os.kill(os.getpid(), signal.SIGTERM)": "it ended by signal SIGTERM",
    "import threading; threading.Thread(target=lambda: 1 / 0).start()": (
        "it printed the traceback of an exception: ZeroDivisionError: division by zero"
    ),
}
each_crash = pytest.mark.parametrize(("crash", "told"), CRASHES.items())
UDP_SERVER = """
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("", 15000))
        data, client = server.recvfrom(100)
        server.sendto(data, client)
"""
UDP_CLIENT = """
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"hello", ("server", 15000))
        print(client.recv(100))
"""


@each_crash
def test_a_client_that_crashes_when_all_is_done_failed(
    attempt: Attempt, crash: str, told: str
) -> None:
    seen = attempt(f"{dedent(GOOD_CLIENT)}\n{crash}\n", GOOD_SERVER)
    assert seen.failures == [f"client.py on client: {told}"]


@each_crash
def test_a_server_that_crashes_when_all_is_done_failed(
    attempt: Attempt, crash: str, told: str
) -> None:
    seen = attempt(server=f"{dedent(GOOD_SERVER)}\n{crash}\n")
    assert seen.failures == [f"server.py on server: {told}"]


@pytest.mark.parametrize("who", ["client", "server"])
def test_a_crash_over_udp_is_one_as_well(network: RunningLab, tmp_path: Path, who: str) -> None:
    texts = {"server": dedent(UDP_SERVER), "client": dedent(UDP_CLIENT)}
    texts[who] += "\n1 / 0\n"
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    scenario = Scenario(
        server=Program("server.py", listens_on=Udp(15000)), client=Program("client.py")
    )
    seen = observe(network, scenario.placed(tmp_path), Family.IPV4)
    told = CRASHES["1 / 0"]
    assert seen.failures == [f"{who}.py on {who}: {told}"]


@pytest.mark.parametrize("fails", [True, 3])
def test_a_program_that_fails_as_the_scenario_says_is_none_of_the_failures(
    attempt: Attempt, fails: Any
) -> None:
    seen = attempt("import os; os._exit(3)", fails=fails)
    assert seen.failures == []
    assert "it did not fail; the scenario says that it fails" in failures(attempt("", fails=fails))


@pytest.mark.parametrize("end", ["while True: time.sleep(1)", "raise KeyError('over')"])
def test_a_server_that_serves_is_stopped_but_one_that_crashed_before_is_told(
    network: RunningLab, tmp_path: Path, end: str
) -> None:
    server = f"import socket, time\nheld = socket.create_server(('', 15000))\n{end}\n"
    (tmp_path / "server.py").write_text(server)
    served = Program("server.py", listens_on=Tcp(15000), serves=True)
    (tmp_path / "client.py").write_text("print('fine')")
    crash = "raise" in end
    if crash:  # It crashes for sure before the lab stops it, which may then be what ends it.
        (tmp_path / "server.py").write_text(
            "import socket\nheld = socket.create_server(('', 15000))\nheld.accept()\n" + end
        )
        (tmp_path / "client.py").write_text(
            "import socket\nprint(socket.create_connection(('server', 15000)).recv(1))\n"
        )
    scenario = Scenario(server=served, client=Program("client.py")).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4)
    assert [told.rpartition(": it ")[0] for told in seen.failures] == [
        "server.py on server"
    ] * crash
    assert all(told.endswith("KeyError: 'over'") for told in seen.failures)


@pytest.mark.parametrize("end", ["listener.accept()", "raise KeyError('over')"])
def test_a_server_that_serves_finishes_what_it_is_at(
    network: RunningLab, tmp_path: Path, end: str
) -> None:
    server = f"""
        import socket, time
        listener = socket.create_server(("", 15000))
        listener.accept()
        until = time.process_time() + 0.05
        while time.process_time() < until:
            pass
        print("finished")
        {end}
    """
    client = "import socket\nsocket.create_connection(('server', 15000)).close()\n"
    for name, text in (("server.py", server), ("client.py", client)):
        (tmp_path / name).write_text(dedent(text))
    served = Program("server.py", listens_on=Tcp(15000), serves=True)
    scenario = Scenario(server=served, client=Program("client.py")).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4)
    assert seen.server.stdout == ["finished"]
    assert ("KeyError: 'over'" in " ".join(seen.failures)) == ("raise" in end)


def test_a_crash_is_one_though_the_lab_stops_the_program_before_it_knows(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "client.py").write_text(
        dedent(
            """
            import os, time
            parent = os.getpid()
            if os.fork():
                os._exit(3)
            while os.getppid() == parent:
                time.sleep(0.001)
            print("over")
            time.sleep(60)
            """
        )
    )

    def steps(lab: Any) -> None:
        lab.client.start(Program("client.py")).wait_for_line("over")

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4)
    assert seen.failures == ["client.py on client: it ended with exit status 3"]


def test_a_crash_just_after_the_steps_is_one(network: RunningLab, tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text("import time\nprint('here')\ntime.sleep(0.2)\n1 / 0\n")

    def steps(lab: Any) -> None:
        lab.client.start(Program("client.py")).wait_for_line("here")

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    assert "ZeroDivisionError" in failures(observe(network, scenario, Family.IPV4))


def test_a_command_that_there_is_not_failed(network: RunningLab, tmp_path: Path) -> None:
    scenario = Scenario(client=Command("no-such-command")).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4)
    assert "no-such-command on client: it ended with exit status" in failures(seen)
    assert "no-such-command: not found" in failures(seen)


def test_what_is_waited_for_in_vain_is_a_failed_step_and_asking_is_none(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "client.py").write_text("print('fine')\ninput()\n")

    def asks(lab: Any) -> None:
        client = lab.client.start(Program("client.py"), interactive=True)
        assert client.wait_for_line("fine")
        assert not client.wait_for_line("never", within=0.1, required=False)
        assert not client.wait_for_prompt("? ", within=0.1, required=False)
        assert not client.wait(within=0.1, required=False)
        assert not lab.wait_until(lambda: False, within=0.1, required=False)
        lab.client.run(Program("client.py", stdin="x\n"), name="second")

    def insists(lab: Any) -> None:
        client = lab.client.start(Program("client.py"), interactive=True)
        client.answer("? ", "yes", within=0.1)
        lab.client.run(Program("client.py", stdin="x\n"), name="second")

    played = [
        observe(network, Scenario(hosts=["client"], steps=each).placed(tmp_path), Family.IPV4)
        for each in (asks, insists)
    ]
    assert [len(seen.client.transcripts) for seen in played] == [2, 1]
    assert [seen.failures for seen in played] == [
        [],
        ["client.py on client did not ask '? ' within 0.1 s"],
    ]


PYTHON = "print('hello', input('name? ')); input('more? ')"
SHELL = 'printf "name? "; read -r name; echo "hello $name"; printf "more? "; read -r more'
AWK = """BEGIN {
    printf "name? "; fflush(); getline name
    print "hello " name; printf "more? "; fflush(); getline more
}"""
SAYS = """
    import socket, sys
    c = socket.create_connection((sys.argv[1], 15000))
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a word waits for an ACK
    while True:
        line = input("say: ")
        if line == "quit": break
        c.sendall(line.encode())
"""
HEARS = """
    import socket
    c, a = socket.create_server(("", 15000)).accept()
    while d := c.recv(100): print(d.decode())
"""


@pytest.mark.parametrize(
    "asking",
    [("python3", "-c", PYTHON), ("sh", "-c", SHELL), ("awk", "-W", "interactive", AWK)],
    ids=["Python", "sh", "awk"],
)
def test_questions_and_answers_are_kept_with_their_own_times(
    network: RunningLab, tmp_path: Path, asking: tuple[str, ...]
) -> None:
    def steps(lab: Any) -> None:
        program = lab.client.start(Command(*asking), interactive=True)
        program.answer("name? ", "violet")
        program.answer("more? ", "")
        lab.client.finish(program)

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4).client[asking[0]]
    assert seen.stdout == ["name? hello violet", "more? "]
    name, more = seen.typed
    assert (name.text, more.text) == ("violet", "")
    (asked_ns, first), (answered_ns, second) = seen.lines[0].pieces
    assert (first, second) == ("name? ", "hello violet")
    times = [asked_ns, name.time_ns, answered_ns, seen.lines[1].time_ns, more.time_ns]
    assert times == sorted(times)
    assert more.time_ns < seen.ended_ns


def test_what_is_typed_stands_between_the_packets_around_it(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "client.py").write_text(dedent(SAYS))
    (tmp_path / "server.py").write_text(dedent(HEARS))

    def steps(lab: Any) -> None:
        server = lab.server.start(Program("server.py", listens_on=Tcp(15000)))
        client = lab.client.start(Program("client.py", "server"), interactive=True)
        for word in ("violet", "garden", "quit"):
            client.answer("say: ", word)
        lab.client.finish(client)
        lab.server.finish(server)

    scenario = Scenario(hosts=["client", "server"], steps=steps).placed(tmp_path)
    observed = observe(network, scenario, Family.IPV4)
    assert observed.failures == []
    asked, typed = observed.client["client.py"].lines[0].pieces, observed.client["client.py"].typed
    sent = observed.conversation(Tcp(15000)).data_segments("client")
    assert [text for _, text in asked] == ["say: "] * 3
    assert [each.payload for each in sent] == [b"violet", b"garden"]
    order = [asked[0][0], typed[0].time_ns, sent[0].time_ns, typed[1].time_ns, sent[1].time_ns]
    assert [*order, typed[2].time_ns] == sorted([*order, typed[2].time_ns])
    assert asked[1][0] < typed[1].time_ns
    assert asked[2][0] < typed[2].time_ns


def test_the_end_of_the_input_is_kept_and_told(network: RunningLab, tmp_path: Path) -> None:
    def steps(lab: Any) -> None:
        program = lab.client.start(Command("python3", "-c", PYTHON), interactive=True)
        program.answer("name? ", "violet")
        program.wait_for_prompt("more? ")
        program.write("", end=True)
        lab.client.finish(program)

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    observed = observe(network, scenario, Family.IPV4)
    seen = observed.client["python3"]
    assert seen.error == "EOFError: EOF when reading a line"
    assert seen.input_ended_ns is not None
    (asked,) = [line for line in seen.lines if line.text == "more? "]
    assert asked.time_ns < seen.input_ended_ns < seen.ended_ns
    assert "⌨ Ctrl-D" in render_text(Timeline.of(Run.of(observed)), width=80, color=False)


def test_input_that_is_there_from_the_start_is_typed_then_and_questions_stay_apart(
    attempt: Attempt,
) -> None:
    seen = attempt(SAYS, HEARS, stdin="violet\ngarden\nquit\n")
    assert seen.failures == []
    client = seen.client["client.py"]
    assert client.stdout == ["say: say: say: "]
    assert [text for _, text in client.lines[0].pieces] == ["say: "] * 3
    assert [each.text for each in client.typed] == ["violet", "garden", "quit"]
    assert {each.time_ns for each in client.typed} == {client.started_ns}


def test_a_program_deaf_to_the_asking_is_killed(network: RunningLab, tmp_path: Path) -> None:
    deaf = """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("deaf")
        time.sleep(60)
    """
    (tmp_path / "client.py").write_text(dedent(deaf))

    def steps(lab: Any) -> None:
        client = lab.client.start(Program("client.py"))
        client.wait_for_line("deaf")
        lab.client.finish(client, within=0.1)

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    seen = observe(network, scenario, Family.IPV4)
    assert "so it was stopped" in failures(seen)
    assert seen.client.exit_status == -9


def test_a_program_that_prints_without_end_is_stopped_at_the_limit(attempt: Attempt) -> None:
    seen = attempt("while True: print('y' * 70)\n")
    assert "it printed more than 1000 kB, so it was stopped" in failures(seen)


def test_a_line_without_end_is_bounded_too(attempt: Attempt) -> None:
    seen = attempt("while True: print('y' * 70, end='')\n")
    assert "it printed more than 1000 kB" in failures(seen)


def test_a_program_that_takes_all_memory_gets_an_error_and_the_host_lives(attempt: Attempt) -> None:
    seen = attempt(
        """
            try:
                held = [bytearray(50 << 20) for _ in range(20)]
            except MemoryError:
                print("no more memory")
        """,
    )
    assert seen.client.stdout == ["no more memory"]


def test_a_fork_bomb_meets_a_bound_and_nothing_of_it_is_left(
    attempt: Attempt, this_lab: Clone
) -> None:
    seen = attempt(
        """
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
    assert seen.client.stdout == ["bounded: True"]
    assert this_lab.inside("client") == []


def test_a_bomb_that_goes_on_forking_is_ended_as_well(attempt: Attempt, this_lab: Clone) -> None:
    seen = attempt(
        """
            import os
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
        """,
        deadline=0.3,
    )
    assert failures(seen)
    assert this_lab.inside("client") == []
    assert attempt(server=GOOD_SERVER).failures == []


def test_a_child_that_hides_by_forking_twice_ends_with_the_run(
    attempt: Attempt, this_lab: Clone
) -> None:
    seen = attempt(
        """
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
    assert seen.client.stdout == ["left one behind"]
    assert this_lab.inside("client") == []


def test_a_server_can_have_a_hundred_threads(attempt: Attempt) -> None:
    seen = attempt(
        """
            import threading
            held = threading.Barrier(101)
            for _ in range(100):
                threading.Thread(target=held.wait, daemon=True).start()
            held.wait()
            print("all at once")
        """,
    )
    assert seen.client.stdout == ["all at once"]


def test_processes_that_take_all_memory_together_die_and_the_lab_does_not(
    attempt: Attempt, this_lab: Clone
) -> None:
    seen = attempt(
        """
            import os, time
            for _ in range(100):
                if os.fork() == 0:
                    held = b"x" * (20 << 20)
                    time.sleep(60)
                    os._exit(0)
            time.sleep(60)
        """,
        hurry=True,
    )
    assert failures(seen)
    assert this_lab.inside("client") == []
    assert attempt(server=GOOD_SERVER).failures == []


def test_lines_of_a_program_that_buffers_come_at_once(network: RunningLab, tmp_path: Path) -> None:
    waits = "(echo one; until test -e /tmp/go; do sleep 0.05; done; echo two) | sed s/o/O/"

    def steps(stage: Stage) -> None:
        slow = stage.client.start(Command("sh", "-c", waits, deadline=60))
        slow.wait_for_line("One", 30)
        stage.client.run(Command("touch", "/tmp/go"))
        slow.wait(30)

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    observed = observe(network, scenario, Family.IPV4)
    assert observed.failures == []
    assert observed.client["sh"].stdout == ["One", "twO"]


def test_lines_before_a_kill_are_not_lost(network: RunningLab, tmp_path: Path) -> None:
    def steps(stage: Stage) -> None:
        endless = stage.client.start(Command("sh", "-c", "(echo one; sleep 90) | sed s/o/O/"))
        endless.wait_for_line("One", 30)
        endless.stop()

    scenario = Scenario(hosts=["client"], steps=steps).placed(tmp_path)
    observed = observe(network, scenario, Family.IPV4)
    assert observed.failures == []
    assert observed.client["sh"].stdout == ["One"]


def test_what_is_printed_stays_the_same_byte_for_byte(attempt: Attempt) -> None:
    seen = attempt("""
        import os, subprocess
        print(*(os.isatty(number) for number in range(3)))
        done = subprocess.run(["sh", "-c", "printf 'a\\r\\n\\tb' | sed ''"], capture_output=True)
        print(done.stdout)
    """)
    assert seen.client.stdout == ["False False False", r"b'a\r\n\tb'"]


def test_a_file_larger_than_the_limit_is_refused(attempt: Attempt) -> None:
    seen = attempt(
        """
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
    assert seen.client.stdout[0].startswith("OSError")


def test_a_program_that_was_asked_to_end_has_ended_when_the_run_has(
    attempt: Attempt, this_lab: Clone
) -> None:
    attempt("import time\ntime.sleep(60)\n", hurry=True)
    assert this_lab.inside("client") == []


def test_a_program_s_files_are_taken_if_they_are_files_and_not_too_large(attempt: Attempt) -> None:
    names = ["small.txt", "large.bin", "link.txt", "pipe.txt", "folder.txt", "nobody.txt"]
    observed = attempt(LEAVES, keeps=names)
    assert observed.client["client.py"].files == {"small.txt": b"here"}
    assert [remark for remark in observed.remarks if "large.bin" in remark] != []


def test_a_file_of_an_earlier_program_is_not_taken_for_a_later_one_s(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "first.py").write_text("open('a.txt', 'w').write('first')")
    (tmp_path / "second.py").write_text("pass")
    programs = [Program(name, keeps="a.txt") for name in ("first.py", "second.py")]
    observed = observe(network, Scenario(client=programs).placed(tmp_path), Family.IPV4)
    assert observed.client["first.py"].files == {"a.txt": b"first"}
    assert observed.client["second.py"].files == {}


def test_a_program_may_open_its_streams_by_name(attempt: Attempt) -> None:
    seen = attempt("""
        for name in ("stdout", "stderr"):
            with open(f"/dev/{name}", "w") as stream:
                print("by name", file=stream)
        print(open("/proc/self/fd/1", "w").isatty())
    """)
    assert seen.failures == []
    assert seen.client.stdout == ["by name", "False"]
    assert seen.client.stderr == ["by name"]


def test_a_program_may_not_say_what_another_never_said(network: RunningLab, tmp_path: Path) -> None:
    (tmp_path / "victim.py").write_text("print('here')\ninput()\nprint('true')\n")
    forger = """
        import glob
        for stream in glob.glob("/proc/[0-9]*/fd/[12]"):
            try:
                with open(stream, "w") as opened:
                    print("forged", file=opened)
            except OSError as error:
                pass
        print("done")
    """
    (tmp_path / "forger.py").write_text(dedent(forger))

    def steps(stage: Stage) -> None:
        victim = stage.client.start(Program("victim.py"), interactive=True)
        victim.wait_for_line("here")
        stage.client.run(Program("forger.py"))
        victim.write("go\n")
        victim.wait()

    scenario = Scenario(hosts=("client",), steps=steps).placed(tmp_path)
    observed = observe(network, scenario, Family.IPV4)
    assert observed.client["victim.py"].stdout == ["here", "true"]
    assert observed.client["forger.py"].stdout[-1] == "done"
    assert "forged" in observed.client["forger.py"].stdout
