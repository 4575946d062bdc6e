"""What beginners do is told as the cause of a failed run; a run that goes well has no cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from lab_clone import GOOD_CLIENT, GOOD_SERVER

from lab import Family, Program, Scenario, Tcp, Udp
from lab.hosts.running_lab import RunningLab
from lab.observation.causes import causes
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.staging import Staging

HURRY = Staging(deadline_scale=0.6)
"""Shorter deadlines, but not too short for a client on a busy machine."""
IPV4, IPV6 = Family.IPV4, Family.IPV6

UDP_SERVER = """
    import socket
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", 15000))
    data, address = s.recvfrom(100)
    s.sendto(data, address)
"""
UDP_CLIENT = """
    import socket, sys
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.8)
    s.sendto(b"x", (sys.argv[1], 15000))
    print(s.recvfrom(100))
"""
V6_ONLY_SERVER = GOOD_SERVER.replace('("", 15000)', '("::", 15000), family=socket.AF_INET6')
WAITING_SERVER = GOOD_SERVER.replace('sendall(b"hello")', "recv(100)")
SPEAKING_CLIENT = GOOD_CLIENT.replace("print", 'connection.sendall(b"hello"); print')
SERVES_ON = """
    import socket
    with socket.create_server(("", 15000)) as listener:
        while True:
            connection, _ = listener.accept()
            connection.sendall(b"hello")
            connection.close()
"""
BARE = """
    import socket, sys
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
"""


def to(host: str) -> str:
    """Return the good client, calling another host than the one that it is given."""
    return GOOD_CLIENT.replace("sys.argv[1]", repr(host))


@dataclass(frozen=True)
class Told:
    """Two programs, over which IP version, and the sentence that tells what is wrong."""

    sentence: str
    server: str = GOOD_SERVER
    client: str = GOOD_CLIENT
    family: Family = IPV4
    inferred: bool = False
    staging: Staging = HURRY
    more: dict[str, Any] = field(default_factory=dict)


CASES = {
    "another port": Told(
        "server.py on server listens on TCP 15001. Expected was TCP 15000.",
        server=GOOD_SERVER.replace("15000", "15001"),
    ),
    "the client's port is another": Told(
        "client.py on client called TCP 15009 of server, and server.py on server listens on"
        " TCP 15000.",
        client=GOOD_CLIENT.replace("15000", "15009"),
    ),
    "UDP server for TCP": Told(
        "server.py on server listens on UDP 15000. Expected was TCP 15000.", server=UDP_SERVER
    ),
    "UDP client for TCP": Told(
        "client.py on client called UDP 15000 of server, and server.py on server is at TCP 15000.",
        client=UDP_CLIENT,
    ),
    "TCP client for UDP": Told(
        "client.py on client called TCP 15000 of server, and server.py on server is at UDP 15000.",
        server=UDP_SERVER,
        more={"listens_on": Udp(15000)},
    ),
    "bound to loopback": Told(
        "server.py on server listens on 127.0.0.1, so no other host can reach it.",
        server=GOOD_SERVER.replace('""', '"127.0.0.1"'),
    ),
    "localhost": Told(
        "client.py on client called its own host at 127.0.0.1:15000, so nothing crossed the wire."
        " server.py on server serves TCP 15000.",
        client=to("127.0.0.1"),
    ),
    "localhost over IPv6": Told(
        "client.py on client called its own host at [::1]:15000, so nothing crossed the wire."
        " server.py on server serves TCP 15000.",
        client=to("::1"),
        family=IPV6,
        server=V6_ONLY_SERVER,
    ),
    "IPv4 only over IPv6": Told(
        "server.py on server listens on 0.0.0.0:15000 for IPv4 only, and was called over IPv6.",
        family=IPV6,
    ),
    "IPv6 only over IPv4": Told(
        "server.py on server listens on [::]:15000 for IPv6 only, and was called over IPv4.",
        server=V6_ONLY_SERVER,
    ),
    "a name that is wrong": Told(
        'client.py on client asked for the name "servr", which does not exist (NXDOMAIN). There is'
        " a host server.",
        client=to("servr"),
    ),
    "only IPv4 names over IPv6": Told(
        "client.py on client asked only for a record A of server.ipv6.lab.test, and it has none."
        " In a run over IPv6 a host has a record AAAA.",
        client=BARE + '    s.connect(("server", 15000))\n',
        server=V6_ONLY_SERVER,
        family=IPV6,
    ),
    "another host": Told(
        "client.py on client called dns, where nobody listened on TCP 15000; server.py on server"
        " does.",
        client=to("dns"),
    ),
    "nobody's address": Told("an address that no host of the lab has.", client=to("NOBODY")),
    "accept without listen": Told(
        "server.py on server called accept() on a socket without listen().",
        server=BARE + '    s.bind(("", 15000))\n    s.accept()\n',
    ),
    "recv on the listening socket": Told(
        "server.py on server used a socket that is not connected. A server talks on the socket that"
        " accept() returns, a client calls connect() first.",
        server=BARE + '    s.bind(("", 15000))\n    s.listen()\n    print(s.recv(100))\n',
    ),
    "broadcast": Told(
        "client.py on client sent to a broadcast address without the option SO_BROADCAST.",
        client=UDP_CLIENT.replace("sys.argv[1]", '"BROADCAST"'),
    ),
    "the port as text": Told(
        "client.py on client gave a port as text. A port is a number: int(…) makes one.",
        client=BARE + '    s.connect((sys.argv[1], "15000"))\n',
    ),
    "another host's address": Told(
        "server.py on server called bind() with an address that its host does not have. The address"
        ' "" stands for all of its own.',
        server=GOOD_SERVER.replace('""', '"client"'),
    ),
    "bound twice": Told(
        "server.py on server could not have TCP 15000: its own first socket has it already.",
        server=BARE
        + '    s.bind(("", 15000))\n    s.listen()\n    t = socket.socket()\n'
        + "    s.accept()\n"  # no client is started before a sample shows the first
        + '    t.bind(("", 15000))\n',
        inferred=True,
    ),
    "both wait": Told(
        "client.py on client and server.py on server were connected, and neither sent a byte: each"
        " waited.",
        server=WAITING_SERVER,
        inferred=True,
    ),
    "no answer": Told(
        "client.py on client waited for an answer: server.py on server sent none to the 5 bytes"
        " that client.py on client had sent.",
        server=WAITING_SERVER.replace("recv(100)", "recv(100), connection.recv(100)"),
        client=SPEAKING_CLIENT,
    ),
    "never read": Told(
        "server.py on server never read the 5 bytes that client.py on client had sent.",
        server=WAITING_SERVER.replace("connection.recv(100)", "import time; time.sleep(60)"),
        client=SPEAKING_CLIENT,
    ),
    "no call": Told(
        "client.py on client called nobody: it sent no packet. server.py on server waited for a"
        " call.",
        client="import time; time.sleep(60)",
    ),
    "no call, and ended": Told(
        "server.py on server still listened on TCP 15000 after all others had ended, and nobody had"
        " called.",
        client="print('done')",
    ),
    "serves on": Told(
        "server.py on server still listened on TCP 15000 after all others had ended: it waited for"
        " the next call.",
        server=SERVES_ON,
        inferred=True,
    ),
    "ended before": Told(
        "When client.py on client called, server.py on server had ended.",
        server=BARE + '    s.bind(("", 15000))\n    s.listen()\n    import time; time.sleep(2)\n',
        client="    import time; time.sleep(5)\n" + GOOD_CLIENT,
        staging=Staging(),
    ),
    "sent to one who had closed": Told(
        "server.py on server had closed the connection when client.py on client still sent.",
        server=GOOD_SERVER.replace('sendall(b"hello")', "getpeername()"),
        client=GOOD_CLIENT.replace(
            "print(connection.recv(100))",
            "connection.recv(100); import time\n"
            "        while True: connection.sendall(b'a'); time.sleep(0.1)",
        ),
    ),
}

Play = Callable[[Told], Run]


@pytest.fixture
def play(network: RunningLab, tmp_path: Path) -> Play:
    """Give a function that plays two programs as ``lab try`` does, but in a hurry."""

    def run(told: Told) -> Run:
        network_part = network.addresses("client")[IPV4].rpartition(".")[0]
        words = {"NOBODY": f"{network_part}.99", "BROADCAST": f"{network_part}.255"}
        for name, source in (("server.py", told.server), ("client.py", told.client)):
            text = dedent(source)
            for word, address in words.items():
                text = text.replace(word, address)
            (tmp_path / name).write_text(text)
        promised = told.more.get("listens_on", Tcp(15000))
        scenario = Scenario(
            server=Program("server.py", listens_on=promised), client=Program("client.py", "server")
        ).placed(tmp_path)
        observed = observe(network, scenario, told.family, staging=told.staging)
        assert observed.inconclusive == ()
        return Run.of(observed)

    return run


@pytest.mark.parametrize("told", CASES.values(), ids=CASES)
def test_the_cause_is_told(play: Play, told: Told) -> None:
    found = causes(play(told))
    assert found, "no cause is told"
    if told.sentence.startswith("an address"):
        assert found[0].sentence.endswith(told.sentence)
    else:
        assert (found[0].sentence, found[0].inferred) == (told.sentence, told.inferred)


def test_a_run_that_goes_well_has_no_cause(play: Play) -> None:
    assert causes(play(Told(""))) == ()
