"""Of a lab across two engines: which host lives where, compose's file for each, the record."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT

from lab.errors import UsageError
from lab.hosts.across import refuse, refuse_more
from lab.hosts.docker.across import files, record
from lab.hosts.docker.across.lab import AcrossLab, lab_of
from lab.hosts.docker.across.placement import split
from lab.hosts.docker.across.record import Record
from lab.hosts.docker.across.swarm import address_of
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.file import Plan, Topology, topology
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.routes import all_routes
from lab.hosts.docker.engine.endpoint import Endpoint

OURS = ComposeFile(ROOT).topology({})
TEXT = (ROOT / "compose.yaml").read_text()
ROUTES = all_routes(OURS, Prefix())
KEPT = Record("default", "server2", "socketlab-1", "/lab", ("default",), ("default", "server2"))


def parts() -> tuple[str, str]:
    """Return compose's files for both engines."""
    one, other = (files.part(TEXT, side, "x_middle", ROUTES) for side in split(OURS))
    return one, other


def test_lan_and_home_are_on_the_first_engine_and_far_is_on_the_second() -> None:
    first, second = split(OURS)
    assert set(first.networks) == {"lan", "home"}
    assert second.networks == ("far",)
    assert second.hosts == ("router2", "remote")
    assert {"client", "router", "nat", "inside"} <= set(first.hosts)
    assert sorted((*first.hosts, *second.hosts)) == sorted(OURS.hosts)
    assert second.of(["client", "remote"]) == ["remote"]


def test_a_lab_without_hosts_beyond_middle_cannot_be_across() -> None:
    near = {name: plan for name, plan in OURS.hosts.items() if "far" not in plan.attached}
    with pytest.raises(UsageError, match="no hosts beyond a network middle"):
        split(Topology(near, OURS.networks))


def test_a_host_on_middle_alone_cannot_be_across() -> None:
    lonely = Plan("lonely", attached={"middle": ("10.77.1.9",)})
    with pytest.raises(UsageError, match="host lonely is on the network middle alone"):
        split(replace(OURS, hosts={**OURS.hosts, "lonely": lonely}))


def test_each_file_has_its_own_hosts_and_the_joining_network_from_outside() -> None:
    for text, side in zip(parts(), split(OURS), strict=True):
        found = topology(text, {}, lambda name: (ROOT / name).read_text())
        assert tuple(found.hosts) == side.hosts
        told = json.loads(text)
        assert set(told["networks"]) == {*side.networks, "middle"}
        assert told["networks"]["middle"] == {
            "external": True,
            "name": "x_middle",
            "driver": "overlay",
        }
        for name in side.networks:
            options = told["networks"][name]["driver_opts"]
            assert options["com.docker.network.driver.mtu"] == "1450"
            assert options["com.docker.network.bridge.enable_ip_masquerade"] == "false"


def test_a_host_needs_only_those_on_its_own_engine() -> None:
    _, second = map(json.loads, parts())
    assert second["services"]["router2"]["depends_on"] == []
    assert second["services"]["remote"]["depends_on"] == ["router2"]
    mapping = "depends_on: {router: {condition: a}, router2: {condition: b}}"
    text = TEXT.replace("depends_on: [router, router2]", mapping)
    told = json.loads(files.part(text, split(OURS)[1], "x", ROUTES))
    assert told["services"]["remote"]["depends_on"] == {"router2": {"condition": "b"}}


def test_what_the_reader_has_is_as_before() -> None:
    parts()
    assert ComposeFile(ROOT).topology({}) == OURS


def test_on_the_joining_network_there_is_no_ipv6_and_none_leads_over_it() -> None:
    first, second = map(json.loads, parts())
    router, router2 = first["services"]["router"], second["services"]["router2"]
    for ends in (router, router2):
        assert "ipv6_address" not in ends["networks"]["middle"]
    assert "ipv6_address" in router["networks"]["lan"]
    assert router["environment"] == {"LAB_ROUTES": "2 via 1.3 ::ffff"}
    assert router2["environment"] == {"LAB_ROUTES": "0 via 1.2 :2::ffff"}
    assert "environment" not in first["services"]["client"]


def test_routes_of_a_host_s_own_stay() -> None:
    text = TEXT.replace(
        "    hostname: router2\n",
        "    hostname: router2\n    environment: [LAB_ROUTES=0 via 1.9]\n",
    )
    told = json.loads(files.part(text, split(OURS)[1], "x", ROUTES))
    assert told["services"]["router2"]["environment"] == {"LAB_ROUTES": "0 via 1.9"}


def test_a_way_over_another_network_keeps_its_ipv6() -> None:
    ends = {"lan": {"ipv4_address": "10.77.0.2"}, "middle": {"ipv4_address": "10.77.1.2"}}
    routes = "one 5 via 0.9; router 2 via 1.3, 5 via 0.9 ::8"
    assert files.dead_ends(routes, "router", ends) == "2 via 1.3 ::ffff, 5 via 0.9 ::8"


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    assert record.kept(tmp_path) is None
    record.keep(tmp_path, KEPT)
    assert record.kept(tmp_path) == KEPT
    record.forget(tmp_path)
    record.forget(tmp_path)
    assert record.kept(tmp_path) is None


@pytest.mark.parametrize("text", ["", "made", "[]", "null", '{"first": "a"}', "{}"])
def test_another_text_is_no_record(text: str) -> None:
    assert record.of(text) is None


def test_an_engine_enters_once_and_its_bridge_is_the_lab_s_where_it_was_not_there() -> None:
    begun = Record("a", "b", "p", "/f").entering("a", has_bridge=False)
    assert begun.entering("a", has_bridge=True) == begun
    assert begun.entering("b", has_bridge=True) == Record("a", "b", "p", "/f", ("a", "b"), ("a",))


def test_only_the_first_lab_of_a_clone_is_across(tmp_path: Path) -> None:
    assert type(lab_of(tmp_path)) is Lab
    record.keep(tmp_path, KEPT)
    assert type(lab_of(tmp_path)) is AcrossLab
    assert type(lab_of(tmp_path, 2)) is Lab
    assert type(lab_of(tmp_path, 1, Endpoint("unix:///x", name="other"))) is Lab


def test_what_needs_one_engine_is_refused_where_the_lab_is_across(tmp_path: Path) -> None:
    refuse(tmp_path, "stepping")
    record.keep(tmp_path, KEPT)
    with pytest.raises(UsageError, match="stepping"):
        refuse(tmp_path, "stepping")
    refuse_more(1, ())
    for number, on in ((2, ()), (1, ("default",))):
        with pytest.raises(UsageError, match="there is only one such"):
            refuse_more(number, on)


def test_engines_are_reached_where_their_urls_say() -> None:
    here, there = Endpoint("unix:///x"), Endpoint("tcp://127.0.0.2:2376")
    assert address_of(here, here) is None
    assert address_of(there, here) == "127.0.0.2"
    assert str(address_of(here, there)).startswith("127.0.0.")
