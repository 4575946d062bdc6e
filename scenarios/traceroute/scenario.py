"""Traceroute finds routers by raising the TTL"""

import re

from lab import Command, Scenario

TIME_EXCEEDED = {4: (11, 0), 6: (3, 0)}
PORT_UNREACHABLE = {4: (3, 3), 6: (1, 4)}
LINE = re.compile(r"^ *(\d+)  (\S+)  ([\d.]+) ms", re.MULTILINE)

scenario = Scenario(
    part="F",
    lectures=[3],
    client=Command("traceroute", "-{version}", "-n", "-q1", "-N1", "-w1", "-m5", "{remote}"),
    hosts=("client", "router", "router2", "remote"),
)


def lines(observed):
    """Return number, address and milliseconds of each line that traceroute printed."""
    found = LINE.findall("\n".join(observed.client.stdout))
    return [(int(number), address, float(ms)) for number, address, ms in found]


def version(observed):
    return 4 if observed.family.value == "ipv4" else 6


def address(observed, host, network):
    """Return the address that a host has on a network."""
    (link,) = [link for link in observed.host(host).links if link.network == network]
    return link.addresses[observed.family]


def on_the_way(observed):
    """Return the addresses by which a packet to the far host comes, in order."""
    stops = (("router", "lan"), ("router2", "middle"), ("remote", "far"))
    return [address(observed, host, network) for host, network in stops]


def probes(observed):
    """Return the hops that each of traceroute's packets was given, in order."""
    sent = [packet for packet in observed.packets("client") if packet.udp and not packet.dns]
    return [packet.ipv4.ttl if packet.ipv4 else packet.ipv6.hop_limit for packet in sent]


def errors(observed):
    """Return sender, type and code of each ICMP error that came back, in order."""
    seen = [(packet, packet.icmp or packet.icmpv6) for packet in observed.packets("client")]
    return [
        (packet.source.ip, (icmp.type, icmp.code))
        for packet, icmp in seen
        if icmp and icmp.is_error
    ]


def test_it_prints_the_routers_in_order_and_then_the_host(observed):
    assert [found[:2] for found in lines(observed)] == list(
        enumerate(on_the_way(observed), start=1)
    )


def test_each_packet_is_given_one_hop_more_than_the_one_before(observed):
    assert probes(observed) == [1, 2, 3]


def test_the_router_where_the_hops_run_out_says_that_time_is_exceeded(observed):
    first, second, *_ = on_the_way(observed)
    kind = TIME_EXCEEDED[version(observed)]
    assert errors(observed)[:2] == [(first, kind), (second, kind)]


def test_the_host_itself_says_that_nobody_listens_on_that_port(observed):
    assert errors(observed)[-1] == (on_the_way(observed)[-1], PORT_UNREACHABLE[version(observed)])


def test_each_error_quotes_the_packet_that_it_is_about(observed):
    sent = [packet.udp for packet in observed.packets("client") if packet.udp and not packet.dns]
    quoted = [packet.quoted.udp for packet in observed.packets("client") if packet.quoted]
    assert [udp.destination_port for udp in quoted] == [udp.destination_port for udp in sent]


def test_a_packet_that_ran_out_of_hops_was_not_seen_behind_that_router(observed):
    beyond = [packet for packet in observed.packets("router", on="middle") if packet.udp]
    assert len(beyond) == len(probes(observed)) - 1
    arrived = [packet for packet in observed.packets("remote") if packet.udp]
    assert len(arrived) == len(probes(observed)) - 2
