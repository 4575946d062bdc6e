"""A program that leaves processes behind: what they print is read, and they end with the run."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import Clone

from lab import Family, Program, Scenario, Tcp
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.runner.staging import Staging

FORKS_TWICE = """
    import os, socket, sys, time
    print("starting daemon")
    if os.fork(): os._exit(0)
    os.setsid()
    if os.fork(): os._exit(0)
"""

SERVES_ONE = """
    time.sleep(float(sys.argv[1]))
    s = socket.create_server(("", 5016))
    print("daemon listens", flush=True)
    c, a = s.accept()
    print("daemon got", c.recv(10), flush=True)
    c.sendall(b"ok")
    c.close()
    print("daemon ends", flush=True)
"""

SERVES_ON = """
    s = socket.create_server(("", 5016))
    while True:
        c, a = s.accept()
        print("daemon got", c.recv(10))
        c.sendall(b"ok")
        c.close()
"""

HIDES = """
    nothing = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    time.sleep(0.5)
"""

CLIENT = """
    import socket, sys, time
    c = socket.create_connection((sys.argv[1], 5016))
    time.sleep(0.6)
    c.sendall(b"hi")
    print(c.recv(10))
"""


def played(
    network: RunningLab, folder: Path, server: Program, daemon: str, hurry: float = 1.0
) -> Observation:
    """Return what was seen of a daemon and a client; deadlines are ``hurry`` times as long."""
    (folder / "server.py").write_text(dedent(FORKS_TWICE + daemon))
    (folder / "client.py").write_text(dedent(CLIENT))
    scenario = Scenario(server=server, client=Program("client.py", "server")).placed(folder)
    observed = observe(network, scenario, Family.IPV4, staging=Staging(deadline_scale=hurry))
    assert observed.inconclusive == ()
    return observed


LEFT = "server.py on server left a child running"


@pytest.mark.parametrize("delay", ["0.0", "0.5"])
def test_a_daemon_s_lines_are_read_to_its_end(
    network: RunningLab, tmp_path: Path, delay: str
) -> None:
    server = Program("server.py", delay, listens_on=Tcp(5016))
    observed = played(network, tmp_path, server, SERVES_ONE)
    assert observed.server.stdout == [
        "starting daemon",
        "daemon listens",
        "daemon got b'hi'",
        "daemon ends",
    ]
    assert observed.client.stdout == ["b'ok'"]
    assert observed.failures == []
    assert LEFT in observed.remarks


@pytest.mark.parametrize("hides", ["", HIDES], ids=["with its output", "without output"])
def test_a_daemon_that_serves_on_is_stopped_like_a_server(
    network: RunningLab, this_lab: Clone, tmp_path: Path, hides: str
) -> None:
    server = Program("server.py", listens_on=Tcp(5016), serves=True)
    observed = played(network, tmp_path, server, hides + SERVES_ON)
    printed = [] if hides else ["daemon got b'hi'"]
    assert observed.server.stdout == ["starting daemon", *printed]
    assert observed.client.stdout == ["b'ok'"]
    assert observed.failures == []
    assert LEFT in observed.remarks
    assert this_lab.inside("server") == []


def test_a_daemon_that_should_have_ended_is_told_of(network: RunningLab, tmp_path: Path) -> None:
    observed = played(network, tmp_path, Program("server.py", listens_on=Tcp(5016)), SERVES_ON)
    told = "; ".join(observed.failures)
    assert re.search(r"it had not ended \d+ s after the other programs", told), told


def test_a_daemon_that_never_listens_is_told_of(network: RunningLab, tmp_path: Path) -> None:
    server = Program("server.py", listens_on=Tcp(5016))
    observed = played(network, tmp_path, server, "    time.sleep(60)\n", hurry=0.5)
    told = "; ".join(observed.failures)
    assert re.search(r"it did not listen on TCP 5016 within \d+ s", told), told


def test_a_client_that_leaves_a_child_has_ended(
    network: RunningLab, this_lab: Clone, tmp_path: Path
) -> None:
    (tmp_path / "client.py").write_text(
        dedent("""
            import os, sys, time
            if os.fork() == 0:
                while not os.path.exists("/tmp/later"):
                    time.sleep(0.01)
                print("the child", flush=True)
                open("/tmp/printed", "w").close()
                time.sleep(60)
            sys.exit(7)
        """)
    )
    (tmp_path / "later.py").write_text(
        dedent("""
            import os, time
            open("/tmp/later", "w").close()
            while not os.path.exists("/tmp/printed"):
                time.sleep(0.01)
            print("later")
        """)
    )
    programs = [Program("client.py"), Program("later.py")]
    observed = observe(network, Scenario(client=programs).placed(tmp_path), Family.IPV4)
    first, later = observed.client.transcripts
    assert (first.exit_status, first.stdout, first.stopped_for) == (7, ["the child"], None)
    assert first.ended_ns < first.lines[-1].time_ns
    assert (later.exit_status, later.stdout) == (0, ["later"])
    assert [one for one in observed.remarks if "left" in one] == [
        "client.py on client left a child running"
    ]
    assert this_lab.inside("client") == []
