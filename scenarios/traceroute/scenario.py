"""Traceroute finds routers by raising the TTL"""

from lab import Command, Scenario, tools

scenario = Scenario(
    part="F",
    lectures=[3],
    client=Command("traceroute", "-{version}", "-n", "-q1", "-N1", "-w1", "-m5", "{remote}"),
    hosts=("client", "router", "router2", "remote"),
)


def addresses_on_the_way(observed):
    """Return the addresses by which a packet to the far host comes, in order."""
    router, router2 = observed.router, observed.router2
    return [router.address_on("lan"), router2.address_on("middle"), observed.remote.address]


def probes(observed):
    """Return the packets that traceroute sent, in order."""
    return [packet for packet in observed.packets("client") if packet.udp and not packet.dns]


def test_it_prints_the_routers_in_order_and_then_the_host(observed):
    printed = [(hop.number, hop.address) for hop in tools.traceroute(observed.client["traceroute"])]
    assert printed == list(enumerate(addresses_on_the_way(observed), start=1))


def test_each_packet_is_given_one_hop_more_than_the_one_before(observed):
    assert [probe.ip.hops_left for probe in probes(observed)] == [1, 2, 3]


def test_routers_say_that_time_is_exceeded_and_the_host_that_nobody_listens(observed):
    errors = observed.icmp_errors(at="client")
    assert [error.sender for error in errors] == addresses_on_the_way(observed)
    assert [error.kind for error in errors] == ["time exceeded"] * 2 + ["port unreachable"]


def test_each_error_quotes_the_packet_that_it_is_about(observed):
    quoted = [error.quoted.destination for error in observed.icmp_errors(at="client")]
    assert quoted == [probe.destination for probe in probes(observed)]


def test_a_packet_that_ran_out_of_hops_was_not_seen_behind_that_router(observed):
    beyond = [packet for packet in observed.packets("router", on="middle") if packet.udp]
    arrived = [packet for packet in observed.packets("remote") if packet.udp]
    assert len(beyond) == len(probes(observed)) - 1
    assert len(arrived) == len(probes(observed)) - 2
