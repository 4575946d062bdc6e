"""Broadcasts and groups as beginners use them, on no card in particular: as an ordinary machine.

What is expected here was seen on a machine with one card and a default route.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from lab import Family, LinkDown, Program, Scenario, Udp
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.faults import Faults
from lab.runner.run import observe

SERVER = """
    import socket, struct, sys
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", 5014))
    if len(sys.argv) > 1:
        any_card = struct.pack("4sL", socket.inet_aton(sys.argv[1]), socket.INADDR_ANY)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, any_card)
    data, sender = s.recvfrom(100)
    print("got", data)
    s.sendto(b"me", sender)
"""

CLIENT = """
    import socket, sys
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if "opt" in sys.argv:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.settimeout(2 if "vain" in sys.argv else 25)
    s.sendto(b"who", (sys.argv[1], 5014))
    print(s.recvfrom(100)[0])
"""

SERVER6 = (
    SERVER.replace("AF_INET,", "AF_INET6,")
    .replace(
        'struct.pack("4sL", socket.inet_aton(sys.argv[1]), socket.INADDR_ANY)',
        'socket.inet_pton(socket.AF_INET6, sys.argv[1]) + struct.pack("I", 0)',
    )
    .replace("IPPROTO_IP, socket.IP_ADD_MEMBERSHIP", "IPPROTO_IPV6, socket.IPV6_JOIN_GROUP")
)


def played(
    network: RunningLab, folder: Path, to: str, *client: str, group: tuple[str, ...] = ()
) -> Observation:
    """Return what the two programs showed: the client sends to an address, the server answers."""
    six = ":" in to
    for name, text in (("server.py", SERVER6 if six else SERVER), ("client.py", CLIENT)):
        family = "AF_INET6," if six else "AF_INET,"
        (folder / name).write_text(dedent(text).replace("AF_INET,", family))
    server = Program("server.py", *group, listens_on=Udp(5014), serves=True)
    asks = Program("client.py", to, *client, deadline=30)
    scenario = Scenario(server=server, client=asks).placed(folder)
    observed = observe(network, scenario, Family.IPV6 if six else Family.IPV4)
    assert observed.inconclusive == ()
    return observed


def test_a_broadcast_without_the_option_is_refused(network: RunningLab, tmp_path: Path) -> None:
    observed = played(network, tmp_path, "255.255.255.255")
    assert observed.client.error == "PermissionError: [Errno 13] Permission denied"


def test_a_broadcast_reaches_the_other_hosts(network: RunningLab, tmp_path: Path) -> None:
    observed = played(network, tmp_path, "255.255.255.255", "opt")
    assert observed.server.stdout == ["got b'who'"]
    assert observed.client.stdout == ["b'me'"]


@pytest.mark.parametrize("group", ["224.1.1.1", "239.255.255.250", "ff12::7:7"])
def test_a_group_joined_on_any_card_gets_what_is_sent_to_it(
    network: RunningLab, tmp_path: Path, group: str
) -> None:
    observed = played(network, tmp_path, group, group=(group,))
    assert observed.server.stdout == ["got b'who'"]
    assert observed.client.stdout == ["b'me'"]


def test_what_is_sent_to_a_group_without_members_meets_silence(
    network: RunningLab, tmp_path: Path
) -> None:
    observed = played(network, tmp_path, "224.1.1.1", "vain")
    assert observed.server.stdout == []
    assert observed.client.error == "TimeoutError: timed out"


def test_a_link_that_was_down_carries_broadcasts_again(network: RunningLab, tmp_path: Path) -> None:
    network.ensure(["client", "server"])
    with Faults(network).fault(LinkDown(), on="lan", at="client"):
        pass
    assert played(network, tmp_path, "255.255.255.255", "opt").client.stdout == ["b'me'"]
