"""Programs run under a tracer: their calls are known, and nothing else about them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from lab import Command, Family, Program, Scenario
from lab.clone import Clone as TheClone
from lab.errors import CouldNotJudge
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.runner.staging import Staging
from lab.scenario import catalogue
from lab.wire.address import Service, Tcp

RUNS = 20
BURNS = "import time; end = time.monotonic() + 30\nwhile time.monotonic() < end: pass"
"""What keeps one processor busy, for a while at the most."""

Alone = Callable[..., Observation]


@pytest.fixture
def alone(network: RunningLab, tmp_path: Path) -> Alone:
    """Give a function that runs one program on the client, alone."""

    def run(source: str, *, traced: bool = True, untraced: str = "") -> Observation:
        (tmp_path / "client.py").write_text(dedent(source))
        program = Program("client.py", traced=traced)
        scenario = Scenario(client=program).placed(tmp_path)
        return observe(network, scenario, Family.IPV4, staging=Staging(untraced=untraced))

    return run


@contextmanager
def busy(network: RunningLab) -> Iterator[None]:
    """Keep two processors of the lab's machine busy meanwhile, from within its hosts."""
    hosts = network.open(("client", "server"))
    burning = [host.start(["python3", "-c", BURNS], as_root=True) for host in hosts.values()]
    try:
        yield
    finally:
        for each in burning:
            each.stop()


def told_wrongly(observed: Observation, service: Service) -> list[str]:
    """Return the printed lines on the wrong side of a packet that the same thread caused.

    A program of tcp_connect has one thread. So its lines and its sends, each of which causes one
    packet, are told in the order in which it made them.
    """
    wrong = []
    for host in ("client", "server"):
        transcript = next(iter(observed.host(host).transcripts))
        conversation = observed.conversation(service, at=host)
        packets = [each.packet for each in conversation.data_segments(host)]
        sends = transcript.calls("send", of=service)
        assert len(sends) == len(packets)
        for line in transcript.lines:
            assert not line.late
            for send, packet in zip(sends, packets, strict=True):
                if (line.time_ns < send.began_ns) != (line.time_ns < packet.time_ns):
                    wrong.append(f"{host}: {line.text}")
    return wrong


def test_no_line_is_on_the_wrong_side_of_a_packet_while_the_machine_is_busy(
    network: RunningLab,
) -> None:
    clone = TheClone(Path(__file__).parents[2])
    scenario = catalogue.load(catalogue.find(clone.scenarios, "tcp_connect"))
    for _ in range(RUNS):
        with busy(network):
            observed = observe(network, scenario, Family.IPV4)
        assert observed.inconclusive == ()
        assert told_wrongly(observed, Tcp(15000)) == []


def test_a_program_reaches_neither_its_tracer_nor_the_trace(alone: Alone) -> None:
    observed = alone(
        """
        import os, signal
        status = open("/proc/self/status").read()
        tracer = int(status.partition("TracerPid:")[2].split()[0])
        print(tracer != 0)
        def attempt(what, *given):
            try:
                print(what.__name__, "done", what(*given))
            except OSError as error:
                print(what.__name__, type(error).__name__)
        attempt(os.kill, tracer, signal.SIGKILL)
        attempt(os.kill, tracer, signal.SIGSTOP)
        attempt(os.listdir, f"/proc/{tracer}/fd")
        attempt(os.listdir, "/run/socketlab-traces")
        attempt(open, f"/proc/{tracer}/mem", "r+b")
        attempt(os.setpriority, os.PRIO_PROCESS, tracer, 19)
        print(sorted(os.listdir("/proc/self/fd")))
        """
    )
    refused = ["kill", "kill", "listdir", "listdir", "open", "setpriority"]
    said = [f"{what} PermissionError" for what in refused]
    assert observed.client.stdout == ["True", *said, "['0', '1', '2', '3']"]
    assert observed.client["client.py"].traced
    assert observed.remarks == ()


@pytest.mark.parametrize("traced", [True, False])
def test_a_traced_program_sees_itself_as_an_untraced_one_does(alone: Alone, traced: bool) -> None:
    observed = alone(
        """
        import os, signal, sys
        print(os.getpid() == os.getsid(0) == os.getpgid(0))
        print(open(f"/proc/{os.getppid()}/comm").read().strip())
        print(open("/proc/self/oom_score_adj").read().strip())
        print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
        try:
            os.wait()
        except ChildProcessError:
            print("no child")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGSEGV)
        """,
        traced=traced,
    )
    client = observed.client["client.py"]
    assert client.stdout == ["True", "python3", "1000", "[]", "no child"]
    assert client.exit_status == -11
    assert client.traced == traced


def test_a_program_that_floods_the_trace_is_not_held_up_and_its_lines_keep_their_times(
    alone: Alone,
) -> None:
    observed = alone(
        """
        import socket
        a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        a.bind(("127.0.0.1", 15990))
        for n in range(15000):
            a.sendto(b"x" * 100, ("127.0.0.1", 15990)); a.recv(200)
        print("done")
        """
    )
    (line,) = observed.client["client.py"].lines
    assert (line.text, line.late) == ("done", False)
    assert len(observed.client.calls()) <= 2000
    assert any("calls more than" in remark for remark in observed.remarks)


def test_a_command_is_traced_where_the_scenario_says_so(
    network: RunningLab, tmp_path: Path
) -> None:
    commands = [
        Command("sh", "-c", "echo one; echo two", traced=True, name="traced"),
        Command("sh", "-c", "echo one", name="plain"),
    ]
    observed = observe(network, Scenario(client=commands).placed(tmp_path), Family.IPV4)
    assert [call.name for call in observed.client["traced"].calls("write")] == ["write", "write"]
    assert not observed.client["plain"].traced
    assert not any(line.late for line in observed.client["plain"].lines)


def test_who_asks_for_calls_of_a_run_that_traces_nothing_learns_why(alone: Alone) -> None:
    observed = alone("print('hello')", untraced="this run is in a hurry")
    assert observed.client.stdout == ["hello"]
    for asked in (observed, observed.client, observed.client["client.py"]):
        with pytest.raises(CouldNotJudge, match="this run is in a hurry"):
            asked.calls()
    of_its_own_accord = alone("print('hello')", traced=False, untraced="this run is in a hurry")
    assert not of_its_own_accord.client["client.py"].untraced


def test_where_a_host_cannot_trace_programs_run_all_the_same_and_the_run_says_so(
    network: RunningLab, alone: Alone
) -> None:
    host = network.open(("client",))["client"]
    trial = "/run/socketlab-traces/trial"
    alone("print('so that the trial is made')")
    host.command("sh", "-c", f"echo ptrace is not permitted >{trial}")
    try:
        observed = alone("print('hello')")
    finally:
        host.command("truncate", "-s", "0", trial)
    (line,) = observed.client["client.py"].lines
    assert (line.text, line.late) == ("hello", True)
    assert observed.inconclusive == ()
    assert any("ptrace is not permitted" in remark for remark in observed.remarks)
    with pytest.raises(CouldNotJudge, match="ptrace is not permitted"):
        observed.client.calls("write")


def test_a_run_leaves_no_trace_behind_also_one_of_a_session_that_was_killed(
    network: RunningLab, alone: Alone
) -> None:
    host = network.open(("client",))["client"]
    alone("print('hello')")
    host.command("touch", "/run/socketlab-traces/999999-1")
    alone("print('hello')")
    _, left, _ = host.command("ls", "/run/socketlab-traces")
    assert left.split() == ["trial"]
    _, mode, _ = host.command("stat", "-c", "%U %a", "/run/socketlab-traces")
    assert mode.split() == ["root", "700"]
