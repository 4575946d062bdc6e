"""What a scenario asks that a lab across two engines has not is told beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

from lab.errors import UsageError
from lab.hosts.docker.across import record
from lab.hosts.docker.across.record import Record
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.runner.two_engines import hindrance, refuse
from lab.scenario import catalogue
from lab.wire.address import Family

TOPOLOGY = ComposeFile(ROOT).topology({})
ACROSS = ("layers", "traceroute", "path_mtu", "tcp_retransmission", "tcp_versus_udp", "host_down")
SHOUTS = "sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"


def test_of_the_course_only_ipv6_to_the_second_engine_cannot_be() -> None:
    found = catalogue.select(ROOT / "scenarios", ())
    assert len(found) > 40
    hindered = {
        (each.name, family)
        for each in found
        for family in each.families
        if hindrance(each, family, TOPOLOGY)
    }
    assert hindered >= {(name, Family.IPV6) for name in ACROSS}
    assert {family for _, family in hindered} == {Family.IPV6}
    assert all("remote" in each.hosts for each in found if (each.name, Family.IPV6) in hindered)


@pytest.mark.parametrize(
    ("hosts", "text", "is_hindered"),
    [
        ('"router", "router2"', SHOUTS, True),
        ('"router", "router2"', "print()\n", False),
        ('"client", "server"', SHOUTS, False),
        ('"router2", "remote"', SHOUTS, False),
        ('"client", "remote"', SHOUTS, False),
    ],
)
def test_a_broadcast_past_both_ends_of_middle_cannot_be(
    tmp_path: Path, hosts: str, text: str, is_hindered: bool
) -> None:
    folder = tmp_path / "shouting"
    folder.mkdir()
    (folder / "shout.py").write_text(text)
    (folder / "scenario.py").write_text(
        '"""Says it to everybody."""\n\nfrom lab import Scenario\n\n\n'
        "def steps(lab):\n    pass\n\n\n"
        f"scenario = Scenario(hosts=({hosts}), steps=steps)\n"
    )
    scenario = catalogue.load(folder)
    why = hindrance(scenario, Family.IPV4, TOPOLOGY)
    assert ("shout.py sends to everybody" in why) is is_hindered


def test_it_is_refused_where_the_lab_is_across(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text((ROOT / "compose.yaml").read_text())
    layers = [catalogue.load(ROOT / "scenarios" / "layers")]
    refuse(tmp_path, layers, [*Family])
    record.keep(tmp_path, Record("a", "b", "p", str(tmp_path)))
    refuse(tmp_path, layers, [Family.IPV4])
    with pytest.raises(UsageError, match="layers over IPv6 across two engines"):
        refuse(tmp_path, layers, [*Family])
