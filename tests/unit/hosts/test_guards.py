"""What a guard of a host drops, and what it lets through."""

import os
import subprocess

import pytest

from lab.hosts.agent import guards
from lab.hosts.agent.guards import matching


def test_a_host_that_is_cut_off_still_talks_to_itself() -> None:
    assert matching("cut_off", {}) == ["!", "-i", "lo"]


def test_a_firewall_drops_one_port_of_one_protocol_and_nothing_of_the_host_s_own() -> None:
    words = matching("drop", {"protocol": "tcp", "port": 15000})
    assert words == ["!", "-i", "lo", "-p", "tcp", "--dport", "15000"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("drop", {}),
        ("drop", {"protocol": "tcp"}),
        ("drop", {"protocol": "icmp", "port": 1}),
        ("drop", {"protocol": "tcp", "port": "1 -j ACCEPT"}),
        ("drop", {"protocol": "tcp", "port": 1, "more": 1}),
        ("cut_off", {"port": 1}),
        ("flood", {}),
    ],
)
def test_a_guard_that_nobody_knows_is_refused(kind: str, options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no guard"):
        matching(kind, options)


def test_an_agent_that_has_ended_is_gone_even_while_nobody_asks_after_it() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        name = guards._name(process.pid)
        assert guards._lives(name)
        process.kill()
        # Waits for the end, and leaves it to be asked after.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not guards._lives(name)
