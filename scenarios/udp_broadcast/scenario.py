"""Broadcast reaches every host, multicast its members"""

from ipaddress import ip_address, ip_interface

import pytest

from lab import Program, Scenario, Udp

SHOUTS = Udp(15007)
CARD = "eth0"
GROUP = {4: "239.77.0.7", 6: "ff12::7:7"}
# Hardware addresses of everybody and of the group: RFC 1112, section 6.4; RFC 2464, section 7.
EVERY_CARD = {4: "ff:ff:ff:ff:ff:ff", 6: "33:33:00:00:00:01"}
GROUP_CARD = {4: "01:00:5e:4d:00:07", 6: "33:33:00:07:00:07"}


def everybody(run):
    """Return the address of all hosts: the network's last one; in IPv6, a group that all are in."""
    network = ip_interface(f"{run.client.address}/24").network
    return "ff02::1" if run.family.version == 6 else str(network.broadcast_address)


def shouted(run):
    """Return what is said to everybody, to the group, and to everybody again."""
    return [f"Hello {run.word}", f"Hello {run.word2}", f"Goodbye {run.word3}"]


def steps(lab):
    group = GROUP[lab.family.version]
    listeners = [
        lab.server.start(Program("listen.py", CARD, group, listens_on=SHOUTS)),
        lab.dns.start(Program("listen.py", CARD, listens_on=SHOUTS)),
    ]
    for words, address in zip(shouted(lab), (everybody(lab), group, everybody(lab)), strict=True):
        lab.client.run(Program("shout.py", CARD, address, words))
    lab.wait_until(lambda: all(listener.has_ended for listener in listeners), within=10)


scenario = Scenario(part="C", lectures=[6], hosts=["client", "server", "dns"], steps=steps)


def shouts(observed, at):
    """Return the packets with a shout that crossed a host's card."""
    datagrams = [packet for packet in observed.packets(at) if packet.udp]
    return [each for each in datagrams if each.udp.destination_port == SHOUTS.port]


def members(observed, at):
    """Return the cards from which a report to be in the group crossed a host's card."""
    # A record of type 2 or 4 that leaves out no sender: RFC 3376, 4.2.12; RFC 3810, 5.2.12.
    group = ip_address(GROUP[observed.family.version]).packed
    records = [bytes([kind, 0, 0, 0]) + group for kind in (2, 4)]
    reports = [each for each in observed.packets(at) if each.protocol in ("igmp", "icmpv6")]
    return {each.ethernet.source for each in reports if any(one in each.data for one in records)}


@pytest.mark.parametrize("host", ["server", "dns"])
def test_what_is_for_everybody_is_heard_by_every_listener(observed, host):
    hello, _, goodbye = shouted(observed)
    first, *_, last = observed.host(host).stdout
    assert (first, last) == (hello, goodbye)


def test_what_is_for_the_group_is_heard_only_by_who_joined_it(observed):
    hello, to_group, goodbye = shouted(observed)
    arrived = [packet.payload.decode() for packet in shouts(observed, at="server")]
    # Over IPv4 the engine's closed networks may keep groups out; who has joined hears what arrives.
    assert to_group in arrived or observed.family.version == 4
    assert observed.server.stdout == arrived
    assert observed.dns.stdout == [hello, goodbye]


def test_a_shout_is_one_packet_however_many_hear_it(observed):
    payloads = [packet.payload.decode() for packet in shouts(observed, at="client")]
    assert payloads == shouted(observed)


@pytest.mark.parametrize("host", ["server", "dns"])
def test_all_hosts_get_the_very_same_packet(observed, host):
    hello, to_group, goodbye = shouts(observed, at="client")
    to_all = [each for each in shouts(observed, at=host) if each.payload != to_group.payload]
    assert [packet.data for packet in to_all] == [hello.data, goodbye.data]


def test_everybody_and_the_group_have_addresses_of_their_own_in_ethernet_and_in_ip(observed):
    to_all = (EVERY_CARD[observed.family.version], everybody(observed))
    to_group = (GROUP_CARD[observed.family.version], GROUP[observed.family.version])
    packets = shouts(observed, at="client")
    destinations = [(packet.ethernet.destination, packet.ip.destination) for packet in packets]
    assert destinations == [to_all, to_group, to_all]
    told = zip(destinations, shouted(observed), strict=True)
    assert observed.client.stdout == [f"to {ip}: {words}" for (_, ip), words in told]


def test_who_joins_a_group_reports_it_to_the_network(observed):
    (member,) = members(observed, at="server")
    assert member not in {packet.ethernet.source for packet in shouts(observed, at="server")}
    # Whether the report gets as far as dns is the switch's affair; dns itself reports nothing.
    assert members(observed, at="dns") <= {member}
