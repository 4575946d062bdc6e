"""A scenario that goes on until somebody ends it, and what may be left of it: nothing."""

from __future__ import annotations

from functools import partial
from textwrap import dedent

from lab_clone import Clone
from waiting import wait_for

SCENARIO = """
    \"\"\"Two programs that go on until somebody ends them.\"\"\"
    from lab import Program, Scenario, Tcp

    scenario = Scenario(
        server=Program("server.py", listens_on=Tcp(15000), deadline=300),
        client=Program("client.py", "server", deadline=300),
    )

    def test_the_client_hears_something(observed):
        assert observed.client.stdout
"""
SERVER = """
    import socket
    with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        connection, _ = listener.accept()
        connection.recv(1)
"""
CLIENT = """
    import socket, sys
    with socket.create_connection((sys.argv[1], 15000)) as connection:
        print("connected")
        connection.recv(1)
"""


def write_endless_scenario(lab: Clone) -> None:
    """Write a scenario whose programs wait for each other without end."""
    texts = {"scenario": SCENARIO, "server": SERVER, "client": CLIENT}
    lab.scenario("endless", **{name: dedent(text) for name, text in texts.items()})


def wait_for_both_programs(lab: Clone) -> None:
    """Wait until the endless scenario's programs run on their hosts."""
    for host in ("server", "client"):
        wait_for(f"the program on {host}", partial(is_running, lab, host))


def is_running(lab: Clone, host: str) -> bool:
    """Return whether the host is there, and runs a program: no more what only becomes one."""
    if host not in lab.ids("running"):
        return False
    return any(line.startswith("python3 ") for line in lab.inside(host))


def is_idle(lab: Clone, host: str) -> bool:
    """Return whether no program runs on the host."""
    return lab.inside(host) == []


def wait_for_no_process(lab: Clone) -> None:
    """Wait until no command of this lab runs on this machine, nor anything that it has started."""
    wait_for("the lab's own processes to end", lambda: lab.processes() == [])


def wait_until_nothing_is_left(lab: Clone) -> None:
    """Wait until no command, channel or program of this lab runs; the hosts may."""
    wait_for_no_process(lab)
    wait_for("the lab's agents to end", lambda: lab.execs() == [])
    for host in lab.ids("running"):
        wait_for(f"programs on {host} to end", partial(is_idle, lab, host))
