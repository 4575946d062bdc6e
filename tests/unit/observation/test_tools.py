"""What tools printed in real runs is read as values."""

from __future__ import annotations

import pytest

from lab import tools
from lab.errors import NotObserved
from lab.observation.tools import Hop, Ping, Reply
from lab.observation.transcript import Line, Transcript
from lab.wire.address import Address

THERE = """\
PING server.ipv4.lab.test (10.77.0.20) 56(84) bytes of data.
64 bytes from server.lab.test (10.77.0.20): icmp_seq=1 ttl=64 time=0.345 ms
64 bytes from server.lab.test (10.77.0.20): icmp_seq=2 ttl=64 time=0.087 ms

--- server.ipv4.lab.test ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 408ms
rtt min/avg/max/mdev = 0.087/0.173/0.345/0.121 ms
"""
IPV6 = """\
PING fd00:10:77::20 (fd00:10:77::20) 56 data bytes
64 bytes from fd00:10:77::20: icmp_seq=1 ttl=64 time=12 ms

--- fd00:10:77::20 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
"""
NOBODY = """\
PING 10.77.0.178 (10.77.0.178) 56(84) bytes of data.
From 10.77.0.10 icmp_seq=1 Destination Host Unreachable

--- 10.77.0.178 ping statistics ---
3 packets transmitted, 0 received, +1 errors, 100% packet loss, time 406ms
"""
ROUTE = """\
traceroute to 10.77.2.30 (10.77.2.30), 5 hops max, 60 byte packets
 1  10.77.0.2  0.085 ms
 2  router2.lab.test (10.77.1.3)  0.198 ms  0.2 ms
 3  *
 4  * fd00:10:77:2::30  0.145 ms
"""
SOCKETS = """\
tcp 0 1 10.77.0.10:56638 10.77.0.20:15101 SYN_SENT
State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
LISTEN 2      1                  *:15020            *:*
"""


def printed(text: str) -> Transcript:
    """Return the transcript of a program that printed this."""
    lines = tuple(Line(0, "stdout", line) for line in text.splitlines())
    return Transcript("client", "tool", lines=lines)


def test_ping_tells_each_reply_and_the_summary() -> None:
    replies = (Reply("10.77.0.20", 1, 64, 0.345), Reply("10.77.0.20", 2, 64, 0.087))
    assert tools.ping(printed(THERE)) == Ping(replies, 2, 2, 0)
    assert tools.ping(printed(IPV6)) == Ping((Reply("fd00:10:77::20", 1, 64, 12),), 1, 1, 0)


def test_a_ping_without_replies_has_lost_everything() -> None:
    assert tools.ping(printed(NOBODY)) == Ping((), 3, 0, 100)


def test_a_ping_that_did_not_begin_is_told() -> None:
    with pytest.raises(NotObserved, match="tool on client printed no summary of a ping"):
        tools.ping(printed(""))


def test_traceroute_tells_each_hop_and_who_answered() -> None:
    assert tools.traceroute(printed(ROUTE)) == [
        Hop(1, "10.77.0.2", (0.085,)),
        Hop(2, "10.77.1.3", (0.198, 0.2)),
        Hop(3, None, ()),
        Hop(4, "fd00:10:77:2::30", (0.145,)),
    ]


def test_ss_and_netstat_each_find_their_own_lines() -> None:
    [waiting] = tools.netstat(printed(SOCKETS))
    [listening] = tools.ss(printed(SOCKETS))
    assert (waiting.state, waiting.remote, waiting.send_queue) == (
        "SYN_SENT",
        Address("10.77.0.20", 15101),
        1,
    )
    assert (listening.state, listening.local.port, listening.receive_queue) == ("LISTEN", 15020, 2)
