"""Which addresses the lab takes, and which it leaves to others."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import PrefixTaken
from lab.hosts.docker.compose import addresses as prefixes
from lab.hosts.docker.compose.addresses import Prefix

ROUTE = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
    "tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n"
    "eth0\t010200C0\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"
)
ZERO = "0" * 32
ROUTE6 = (
    f"fd000010007700000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001 br\n"
    f"fe800000000000000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001 br\n"
    f"ff000000000000000000000000000000 08 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001 br\n"
    f"{ZERO} 00 {ZERO} 00 {ZERO} 00000400 00000001 00000000 00000003 eth0\n"
)


def test_the_routes_of_the_kernel_are_read_with_their_lengths() -> None:
    assert set(map(str, prefixes.of_routes(ROUTE, ROUTE6))) == {
        "172.17.0.0/16",
        "10.0.0.0/8",
        "fd00:10:77::/64",
    }


def test_the_networks_of_the_engine_are_named_as_owners() -> None:
    listed: list[dict[str, Any]] = [
        {"Name": "theirs", "IPAM": {"Config": [{"Subnet": "10.77.3.0/24"}]}},
        {"Name": "host", "IPAM": {"Config": None}},
        {"Name": "none", "IPAM": None},
    ]
    taken = prefixes.of_engine(listed)
    assert list(taken.values()) == ["the engine's network theirs"]
    owner = prefixes.overlap(Prefix(), taken)
    assert owner is not None
    assert "theirs" in owner


def test_the_first_lab_gets_the_default_and_the_second_its_neighbour() -> None:
    first = prefixes.choose({})
    assert first == Prefix("10.77", "fd00:10:77")
    taken: dict[prefixes.Net, str] = dict.fromkeys(first.networks, "the first lab")
    assert prefixes.choose(taken) == Prefix("10.78", "fd00:10:78")


def test_the_lab_gives_way_where_only_the_ipv6_half_is_taken() -> None:
    assert prefixes.choose({ip_network("fd00:10:77::/64"): "theirs"}).ipv4 == "10.78"


def test_the_lab_gives_way_to_a_vpn_that_takes_all_of_ten() -> None:
    assert prefixes.choose({ip_network("10.0.0.0/8"): "tun0"}).ipv4 == "172.20"


def test_the_lab_comes_up_even_where_wide_routes_take_everything() -> None:
    everything = {ip_network("0.0.0.0/1"): "tun0", ip_network("128.0.0.0/1"): "tun0"}
    assert prefixes.choose(everything) == Prefix()


def test_the_lab_refuses_where_every_prefix_is_taken() -> None:
    taken = {network: "theirs" for p in prefixes.candidates() for network in p.networks}
    with pytest.raises(PrefixTaken):
        prefixes.choose(taken)


@given(st.sets(st.sampled_from(list(prefixes.candidates())), max_size=60))
def test_the_prefix_that_is_chosen_never_overlaps_with_a_taken_one(used: set[Prefix]) -> None:
    taken = {network: "theirs" for prefix in used for network in prefix.networks}
    assert prefixes.overlap(prefixes.choose(taken), taken) is None


@given(st.sampled_from(list(prefixes.candidates())))
def test_the_prefix_of_a_running_lab_is_read_back_from_its_networks(prefix: Prefix) -> None:
    lan = [ip_network(f"{prefix.ipv4}.0.0/24"), ip_network(f"{prefix.ipv6}::/64")]
    assert prefixes.around(lan) == prefix


@pytest.mark.parametrize("nonsense", ["10", "10.", " 10.7", "10.300", "ten.seven", "10.77.0"])
def test_the_prefix_in_the_environment_must_be_one(
    nonsense: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_PREFIX", nonsense)
    with pytest.raises(PrefixTaken, match="LAB_PREFIX") as caught:
        prefixes.from_environment()
    assert nonsense in caught.value.seen


def test_the_ipv6_prefix_follows_from_the_ipv4_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_PREFIX", "10.9")
    monkeypatch.delenv("LAB_PREFIX6", raising=False)
    assert prefixes.from_environment() == Prefix("10.9", "fd00:10:9")
