"""Whatever is wrong with what the lab is given, it says so on one screen, and what to try."""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import GOOD_CLIENT, GOOD_SERVER, PROJECT, Clone, MakeClone, Said

from lab.errors import CaptureUnreadable, UsageError
from lab.observation import store
from lab.wire import pcap

GOOD = '''
"""Nothing in particular."""
from lab import Program, Scenario, Tcp
scenario = Scenario(client=Program("client.py"))
'''


@pytest.fixture(scope="module")
def absent(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of an engine that is not there."""
    return f"unix://{tmp_path_factory.mktemp('nothing')}/engine.sock"


# What there is not.


def test_an_unknown_scenario_is_told_with_the_nearest_that_there_is(this_lab: Clone) -> None:
    said = this_lab.call("run", "tcp_conect")
    assert said.status == 2
    assert said.is_clear("tcp_conect", "did you mean tcp_connect")


@pytest.mark.parametrize(
    ("word", "told"), [("part:Z", "one of"), ("lecture:99", "one of"), ("color:red", "no kind")]
)
def test_a_selection_of_nothing_is_told(this_lab: Clone, word: str, told: str) -> None:
    said = this_lab.call("run", word)
    assert said.status == 2
    assert said.is_clear(word, told)


@pytest.mark.parametrize(
    "words",
    [["exec", "clint", "--", "true"], ["shell", "clint"], ["capture", "clint"]],
    ids=lambda words: words[0],
)
def test_an_unknown_host_is_told_with_those_that_there_are(
    this_lab: Clone, words: list[str]
) -> None:
    said = this_lab.lab(*words)
    assert said.status == 2
    assert said.is_clear("clint", "client, ", "dns, ", "server")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--no-such"],
        ["try", "a.py"],
        ["try", "a.py", "b.py", "--port", "x"],
        ["exec"],
    ],
    ids=" ".join,
)
def test_an_unknown_command_or_option_is_told(this_lab: Clone, words: list[str]) -> None:
    said = this_lab.call(*words)
    assert said.status == 2
    assert said.stderr.startswith("Usage: ")
    assert "Error: " in said.stderr
    assert "Traceback" not in said.text


def test_a_program_to_try_that_there_is_not_is_told(this_lab: Clone) -> None:
    said = this_lab.call("try", "nothing.py", "nowhere.py", "--port", "15000")
    assert said.status == 2
    assert said.is_clear("nothing.py")


# A scenario.py that cannot be used.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:\n", ["line 1"]),
        ("import no_such_module\n", ["no_such_module", "line 1"]),
        ("raise ValueError('a teacher errs')\n", ["a teacher errs", "line 1"]),
        ("raise SystemExit(0)\n", ["SystemExit"]),
        ("import sys; sys.exit('enough')\n", ["enough"]),
        ("value = 1\n", ["defines no `scenario`"]),
        ("scenario = 5\n", ["is no Scenario"]),
        ("", ["defines no `scenario`"]),
        ("from lab import Scenario\nscenario = Scenario()\n", ["names no host"]),
        (GOOD, ["client.py", "no such file"]),
        (GOOD.replace("client=", "router="), ["router", "client"]),
        (GOOD.replace("Program", "Programm"), ["Programm"]),
        ("\0", ["null bytes"]),
    ],
)
def test_a_scenario_that_cannot_be_used_is_told_with_its_place(
    own_lab: Clone, tmp_path: Path, text: str, words: list[str]
) -> None:
    # Each has a folder of its own: Python would not look again at a file of the same age and size.
    folder = own_lab.scenario(f"mine_{tmp_path.name.rpartition('_')[2]}", scenario=text)
    said = own_lab.call("run", folder.name)
    assert said.status == 2, said.text
    assert said.is_clear("mine", *words)


def test_an_expectation_that_asks_for_what_there_is_not_is_never_green(own_lab: Clone) -> None:
    text = GOOD + "def test_something(observed, no_such_fixture):\n    pass\n"
    own_lab.scenario("fixture", scenario=text, client="print('fine')")
    said = own_lab.lab("run", "fixture")
    assert said.status == 3, said.text
    assert "no_such_fixture" in said.text


def test_a_scenario_without_expectations_of_its_own_is_judged_by_its_programs(
    own_lab: Clone,
) -> None:
    own_lab.scenario("plain", scenario=GOOD, client="raise SystemExit(4)")
    said = own_lab.lab("run", "plain", "--story")
    assert said.status == 1, said.text
    assert "client.py on client: it ended with exit status 4" in " ".join(said.stdout.split())


def test_steps_that_fail_are_told_and_never_green(own_lab: Clone) -> None:
    text = (
        "from lab import Scenario\n"
        "def steps(lab):\n    raise ZeroDivisionError('in the steps')\n"
        "scenario = Scenario(hosts=['client'], steps=steps)\n"
        "def test_anything(observed):\n    pass\n"
    )
    own_lab.scenario("steps", scenario=text)
    said = own_lab.lab("run", "steps")
    assert said.status == 3, said.text
    assert "in the steps" in said.text


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("assert 1 == 2", "line 5, assert 1 == 2:"),
        ("client.wait_for_line('never')", "client.py on client did not print 'never' before it"),
        ("lab.wait_until(lambda: False, within=0.2)", "did not come within 0.2 s"),
    ],
)
def test_a_step_that_fails_is_a_failed_expectation_with_the_story(
    own_lab: Clone, tmp_path: Path, step: str, told: str
) -> None:
    text = (
        "from lab import Program, Scenario\n"
        "def steps(lab):\n"
        "    client = lab.client.start(Program('client.py'))\n"
        "    client.wait_for_line('fine')\n"
        f"    {step}\n"
        "scenario = Scenario(hosts=['client'], steps=steps)\n"
        "def test_it_says_fine(observed):\n    assert observed.client.stdout == ['fine']\n"
    )
    name = f"step_{tmp_path.name.rpartition('_')[2]}"
    own_lab.scenario(name, scenario=text, client="print('fine')")
    said = own_lab.lab("run", name, "--story")
    assert said.status == 1, said.text
    words = " ".join(said.stdout.split())
    assert "scenario.py, line 5" in words
    assert told in words
    assert "✔ it says fine" in words


@pytest.mark.parametrize("options", ["-k connect", "-n 2", "-x", "--co", "--no-such"])
def test_exported_options_of_pytest_leave_nothing_unjudged(own_lab: Clone, options: str) -> None:
    write_scenario(own_lab, "aa_fails", "assert observed.client.stdout == ['no']")
    write_scenario(own_lab, "bb_holds", "assert observed.client.stdout != ['no']")
    said = own_lab.call("run", "aa_fails", "bb_holds", "--ipv4", PYTEST_ADDOPTS=options)
    assert said.status == 1, said.text
    assert "1 of 2 runs hold, 1 does not hold" in said.stdout


def test_a_skipped_expectation_is_counted_and_never_green(own_lab: Clone) -> None:
    write_scenario(own_lab, "skips", "import pytest; pytest.skip('not today')")
    said = own_lab.call("run", "skips", "--ipv4")
    assert said.status == 3, said.text
    assert "not today" in said.stdout
    assert "1 of 2 expectations not judged" in said.stdout


def test_a_break_that_changes_nothing_is_reported(own_lab: Clone) -> None:
    write_scenario(own_lab, "commented", "assert observed.client.stdout")
    (own_lab.root / "scenarios" / "commented" / "breaks.py").write_text(
        "from lab import Break, edit\n"
        "breaks = [Break('a comment is added', edit('client.py', 'import', '# more\\nimport'))]\n"
    )
    said = own_lab.call("prove", "commented", "--ipv4")
    assert said.status == 1, said.text
    assert "nobody notices when a comment is added (IPv4)" in said.stdout
    assert "nothing is broken any more" in said.stdout


def test_expectations_that_do_not_hold_give_status_1_and_the_story(own_lab: Clone) -> None:
    write_scenario(own_lab, "wrong", "assert observed.client.stdout == ['other words']")
    said = own_lab.lab("run", "wrong")
    assert said.status == 1, said.text
    assert "the expectation" in said.stdout
    assert "other words" in said.stdout
    assert "0 of 2 runs hold, 2 do not" in " ".join(said.stdout.split())


def test_expectations_that_hold_give_status_0(own_lab: Clone) -> None:
    write_scenario(own_lab, "right", """assert observed.client.stdout == ["b'hello'"]""")
    said = own_lab.lab("run", "right")
    assert said.status == 0, said.text


def write_scenario(lab: Clone, name: str, expectation: str) -> None:
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
    programs = {"server": both, "client": GOOD_CLIENT, "scenario": scenario}
    lab.scenario(name, **{stem: dedent(text) for stem, text in programs.items()})


# Captures.


def test_an_empty_and_a_broken_capture_file_are_told(this_lab: Clone, tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").touch()
    (tmp_path / "broken.pcap").write_bytes(b"this is no capture at all, sorry")
    for name in ("empty", "broken", "none"):
        with pytest.raises(CaptureUnreadable) as raised:
            pcap.read(tmp_path / f"{name}.pcap")
        assert name in str(raised.value)
        assert "Try: " in str(raised.value)


def test_results_with_a_cut_off_capture_or_record_are_told(this_lab: Clone, tmp_path: Path) -> None:
    assert this_lab.lab("run", "tcp_connect", "--ipv4").status == 0
    # Other tests read what is kept of this run.
    folder = tmp_path / "ipv4"
    shutil.copytree(this_lab.root / "out" / "tcp_connect" / "ipv4", folder)
    assert store.load(folder).scenario == "tcp_connect"
    (folder / "client.pcap").write_bytes((folder / "client.pcap").read_bytes()[:30])
    with pytest.raises(CaptureUnreadable):
        store.load(folder)
    (folder / "observation.json").write_text("{")
    with pytest.raises(UsageError):
        store.load(folder)


def test_a_filter_that_tcpdump_does_not_know_is_told(this_lab: Clone) -> None:
    said = this_lab.lab("capture", "client", "no", "such", "filter")
    assert said.status == 2
    assert "syntax error" in said.stderr
    assert "Traceback" not in said.text


# The topology.


@pytest.fixture(scope="module")
def copied(make_clone: MakeClone) -> Clone:
    """Give a clone that never comes up."""
    return make_clone()


@pytest.fixture
def unborn_lab(copied: Clone) -> Iterator[Clone]:
    """Give a lab that does not come up, and whose topology may be edited."""
    topology = (copied.root / "compose.yaml").read_text()
    yield copied
    (copied.root / "compose.yaml").write_text(topology)
    assert (copied.ids(), copied.networks()) == ({}, [])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("networks:\n  lan:", "networks:\n - lan:\n   x", ["compose.yaml"]),
        ("    hostname: client", "    hostnam: client", ["hostnam"]),
        ("  enable_ipv6: true", "  enable_ipv6: perhaps", ["enable_ipv6"]),
        ("      lan:\n        ipv4", "      wan:\n        ipv4", ["wan"]),
        ("    hostname: dns", "    hostname: dns\n    image: socketlab/nothing:1", ["nothing"]),
        ("service: dns}", "service: nothing}", ["nothing"]),
        ('hosts.yaml", service: dns}', 'gone.yaml", service: dns}', ["gone.yaml"]),
    ],
)
def test_an_error_in_compose_yaml_is_told_with_its_place(
    unborn_lab: Clone, old: str, new: str, words: list[str]
) -> None:
    unborn_lab.edit("compose.yaml", old, new)
    said = unborn_lab.call("up")
    assert said.status in (2, 3), said.text
    assert said.is_clear(*words)
    assert unborn_lab.ids() == {}


def test_an_empty_compose_yaml_is_told(unborn_lab: Clone) -> None:
    (unborn_lab.root / "compose.yaml").write_text("")
    said = unborn_lab.call("up")
    assert said.status == 3, said.text
    assert said.is_clear("compose.yaml")


# The addresses.


@pytest.fixture
def taken(this_lab: Clone) -> Iterator[str]:
    """Give a prefix that a network of somebody else's has."""
    name = f"{this_lab.project}-stranger"
    labels = ["--label", f"{PROJECT}={name}"]
    # Another for each clone: their tests may run at the same time.
    prefix = f"10.{200 + int(this_lab.project[-2:], 16) % 40}"
    this_lab.docker("network", "create", *labels, "--subnet", f"{prefix}.0.0/24", name)
    yield prefix
    this_lab.docker("network", "rm", name)


def test_a_prefix_that_somebody_has_is_told_with_whose_it_is(unborn_lab: Clone, taken: str) -> None:
    said = unborn_lab.call("up", LAB_PREFIX=taken)
    assert said.status == 3, said.text
    assert said.is_clear(taken, "stranger", "LAB_PREFIX")
    assert unborn_lab.networks() == []


def test_a_prefix_that_somebody_took_meanwhile_is_given_up_for_a_free_one(
    second_lab: Clone, taken: str
) -> None:
    (second_lab.root / ".env").write_text(
        f"COMPOSE_PROJECT_NAME={second_lab.project}\nLAB_PREFIX={taken}\nLAB_PREFIX6=fd00:10:{taken[3:]}\n"
    )
    said = second_lab.lab("up")
    assert said.status == 0, said.text
    assert f"{taken}." not in said.stdout


@pytest.mark.parametrize("prefix", ["hello", "10", "10.300", "10.77.0.0/16"])
def test_a_prefix_that_is_none_is_told(unborn_lab: Clone, prefix: str) -> None:
    said = unborn_lab.call("up", LAB_PREFIX=prefix)
    assert said.status == 3, said.text
    assert said.is_clear(prefix, "LAB_PREFIX")


# The name and the settings.


@pytest.mark.parametrize(
    "words", [["up"], ["down"], ["status"], ["run", "tcp_connect"], ["exec", "client", "true"]]
)
def test_a_name_that_no_lab_can_have_is_told(unborn_lab: Clone, words: list[str]) -> None:
    said = unborn_lab.call(*words, COMPOSE_PROJECT_NAME="Meine Übung")
    assert said.status == 2, said.text
    assert said.is_clear("Meine Übung", "COMPOSE_PROJECT_NAME=my-lab")


@pytest.mark.parametrize("words", [["up"], ["run", "tcp_connect"]])
def test_settings_that_are_no_text_are_told(unborn_lab: Clone, words: list[str]) -> None:
    (unborn_lab.root / ".env").write_bytes(b"# Ger\xe4tename\n")
    said = unborn_lab.call(*words)
    (unborn_lab.root / ".env").unlink()
    assert said.status == 3, said.text
    assert said.is_clear(".env", "UTF-8", "line 1")


# The engine.


@pytest.mark.parametrize(
    "words",
    [["up"], ["down"], ["status"], ["run", "tcp_connect"], ["exec", "client", "true"], ["prove"]],
    ids=" ".join,
)
def test_an_engine_that_is_not_there_is_told(
    this_lab: Clone, absent: str, words: list[str]
) -> None:
    ask = this_lab.lab if words[0] == "exec" else this_lab.call
    said = ask(*words, DOCKER_HOST=absent)
    assert said.status == 3, said.text
    assert said.is_clear("there is no", "engine.sock", "DOCKER_HOST")


def test_an_engine_over_tcp_that_is_not_there_is_told(this_lab: Clone) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # it does not listen, and nobody else can there
        said = this_lab.call("status", DOCKER_HOST=f"tcp://127.0.0.1:{closed.getsockname()[1]}")
    assert said.status == 3, said.text
    assert said.is_clear("engine")


def test_the_doctor_tells_of_an_engine_that_is_not_there(this_lab: Clone, absent: str) -> None:
    said = this_lab.call("doctor", DOCKER_HOST=absent)
    assert said.status == 3, said.text
    assert "✗ engine: there is no" in said.stdout
    assert "Traceback" not in said.text


class Engine:
    """Something that answers every connection to a socket in one and the same way."""

    def __init__(self, path: Path, answer: bytes) -> None:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while self.rfile.readline().strip():
                    continue
                self.wfile.write(answer)

        self.server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self.server.daemon_threads = True
        self.url = f"unix://{path}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"HTTP/1.0 200 OK\r\nApi-Version: 1.24\r\nServer: Docker/1.12\r\n\r\nOK",
            ["1.24", "1.41"],
        ),
        (b"HTTP/1.0 404 Not Found\r\n\r\n", ["not as an engine"]),
        (b"SSH-2.0-hello\r\n", ["not as an engine"]),
        (b"", ["not as an engine"]),
    ],
    ids=["too old", "a web server", "no HTTP at all", "nothing"],
)
def test_what_answers_and_is_no_engine_for_the_lab_is_told(
    this_lab: Clone, tmp_path: Path, answer: bytes, words: list[str]
) -> None:
    stranger = Engine(tmp_path / "engine.sock", answer)
    said = this_lab.call("status", DOCKER_HOST=stranger.url)
    stranger.close()
    assert said.status == 3, said.text
    assert said.is_clear(*words)


def test_an_engine_that_is_not_for_this_user_is_told(this_lab: Clone, tmp_path: Path) -> None:
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0)
        said = this_lab.lab(
            "status", before=without_the_power_over_files(path), DOCKER_HOST=f"unix://{path}"
        )
    assert said.status == 3, said.text
    assert said.is_clear("permission denied", "usermod -aG docker")


def without_the_power_over_files(path: Path) -> list[str]:
    """Return the command that makes of root somebody to whom file modes apply."""
    if os.geteuid() != 0:
        return []
    os.chown(path, 65534, 65534)
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


# The disk.


@pytest.fixture(params=["out", "out/tcp_connect"])
def full(request: pytest.FixtureRequest, second_lab: Clone) -> Callable[..., Said]:
    """Give the command line of a lab whose results, all or one scenario's, go to a disk of 16 kB.

    The disk is there for that command only, so that none outlives a test that is killed.
    """
    out: Path = second_lab.root / request.param
    out.mkdir(parents=True)
    mount = 'mount -t tmpfs -o size=16k tmpfs "$0" && exec "$@"'
    before = ["unshare", "--mount", "sh", "-c", mount, str(out)]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small disk")
    return partial(second_lab.lab, before=before)


def test_a_full_disk_is_told_and_nothing_is_green(full: Callable[..., Said]) -> None:
    said = full("run", "tcp_connect")
    assert said.status == 3, said.text
    assert said.is_clear("full", "out")
    assert "✔" not in said.stdout


def test_a_full_disk_is_told_when_any_two_programs_are_tried(
    full: Callable[..., Said], second_lab: Clone
) -> None:
    folder = second_lab.root / "scenarios" / "tcp_connect"
    out = second_lab.root / "out" / "tcp_connect"
    words = ["try", f"{folder}/server.py", f"{folder}/client.py", "--port", "15000", "-w", str(out)]
    words += ["--server-arguments", "marble", "server", "violet"]
    said = full(*words)
    assert said.status == 3, said.text
    assert said.is_clear("full", "out")
