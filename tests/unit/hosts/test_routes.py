"""Routes and names are worked out of the topology, as a person would read them off the map."""

from __future__ import annotations

import pytest
from places import ROOT

from lab.errors import ComposeFailed
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.file import Plan, Topology
from lab.hosts.docker.compose.names import all_names
from lab.hosts.docker.compose.routes import all_routes

OURS = ComposeFile(ROOT).topology({})


def ends(number: int, host: int) -> tuple[str, str]:
    return f"10.77.{number}.{host}", f"fd00:10:77{f':{number}' if number else ''}::{host}"


def topology(*plans: Plan) -> Topology:
    """Return networks a, b, c, … (0, 1, 2, …) with these hosts."""
    names = dict.fromkeys(name for plan in plans for name in plan.attached)
    nets = {
        name: (f"10.77.{ord(name) - 97}.0/24", f"fd00:10:77:{ord(name) - 97}::/64")
        for name in sorted(names)
    }
    return Topology({plan.name: plan for plan in plans}, nets)


def host(name: str, *networks: str, forwards: bool = False, translates: str = "") -> Plan:
    number = sum(map(ord, name)) % 200 + 10
    attached = {each: ends(ord(each) - 97, number) for each in networks}
    return Plan(name, attached=attached, forwards=forwards, translates=translates)


def routes(*plans: Plan) -> dict[str, str]:
    lines = all_routes(topology(*plans), Prefix()).split("; ")
    return dict(line.split(" ", 1) for line in lines if line)


def gate(plan: Plan, network: str) -> str:
    return plan.attached[network][0].removeprefix("10.77.")


def test_the_labs_own_hosts_find_each_network_that_is_not_private() -> None:
    found = dict(line.split(" ", 1) for line in all_routes(OURS, Prefix()).split("; "))
    assert found["client"] == found["dns"] == found["nat"] == "1 via 0.2, 2 via 0.2"
    assert found["router"] == "2 via 1.3"
    assert found["router2"] == "0 via 1.2"
    assert found["remote"] == "0 via 2.3, 1 via 2.3"
    assert found["inside"] == "0 via 3.4, 1 via 3.4, 2 via 3.4"


def test_of_two_ways_the_shorter_is_taken_and_of_equal_ones_the_first() -> None:
    short = host("short", "a", "c", forwards=True)
    one, two = host("one", "a", "b", forwards=True), host("two", "b", "c", forwards=True)
    found = routes(host("pc", "a"), one, two, short)
    assert found["pc"] == f"1 via {gate(one, 'a')}, 2 via {gate(short, 'a')}"
    other = host("other", "a", "c", forwards=True)
    assert routes(host("pc", "a"), other, short)["pc"] == f"2 via {gate(other, 'a')}"


def test_a_host_with_two_cards_that_does_not_forward_leads_nowhere() -> None:
    assert routes(host("pc", "a"), host("dual", "a", "b"), host("far", "b")) == {}


def test_four_routers_in_a_chain_lead_to_the_end() -> None:
    chain = [host(f"r{n}", "abcde"[n], "abcde"[n + 1], forwards=True) for n in range(4)]
    found = routes(host("pc", "a"), *chain, host("end", "e"))
    first = gate(chain[0], "a")
    assert found["pc"] == ", ".join(f"{n} via {first}" for n in range(1, 5))
    assert found["end"].startswith(f"0 via {gate(chain[3], 'e')}")


def test_an_ipv6_address_of_another_form_is_said() -> None:
    odd = Plan("r", attached={"a": ("10.77.0.2", "fd00:10:77::aa"), "b": ends(1, 2)}, forwards=True)
    assert routes(host("pc", "a"), odd)["pc"] == "1 via 0.2 ::aa"


def test_a_network_that_is_none_of_the_labs_is_refused_by_name() -> None:
    strange = Topology({}, {"office": ("192.168.5.0/24",)})
    with pytest.raises(ComposeFailed, match=r"network office") as told:
        all_routes(strange, Prefix())
    assert "192.168.5.0/24" in told.value.seen


def test_the_name_server_is_told_of_each_address_of_other_names_and_of_mail() -> None:
    table = all_names(OURS, Prefix()).split("; ")
    assert "host client .0.10 ::10" in table
    assert [line for line in table if line.startswith("host router ")] == [
        "host router .0.2 ::2",
        "host router .1.2 :1::2",
    ]
    assert "name www.python.org server" in table
    assert table[-1] == "mail mail lab.test"


def test_both_read_the_same_under_every_prefix() -> None:
    prefix = Prefix("172.20", "fd00:172:20")
    there = ComposeFile(ROOT).topology({"LAB_PREFIX": "172.20", "LAB_PREFIX6": "fd00:172:20"})
    assert all_routes(there, prefix) == all_routes(OURS, Prefix())
    assert all_names(there, prefix) == all_names(OURS, Prefix())
