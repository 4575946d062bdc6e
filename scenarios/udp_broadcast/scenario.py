"""Broadcast reaches every host, multicast its members"""

from ipaddress import ip_address, ip_interface

from lab import Family, Program, Scenario, Udp

SHOUTS = Udp(15007)
CARD = "eth0"
GROUP = {Family.IPV4: "239.77.0.7", Family.IPV6: "ff12::7:7"}
IS_EXCLUDE, TO_EXCLUDE = 2, 4


def everybody(family, address):
    """Return the address of all hosts: the network's last one; in IPv6, a group that all are in."""
    if family is Family.IPV6:
        return "ff02::1"
    return str(ip_interface(f"{address}/24").network.broadcast_address)


def steps(lab):
    group, all_hosts = GROUP[lab.family], everybody(lab.family, lab.client.address)
    listeners = [
        lab.server.start(Program("listen.py", CARD, group, listens_on=SHOUTS)),
        lab.dns.start(Program("listen.py", CARD, listens_on=SHOUTS)),
    ]
    lab.client.run(Program("shout.py", CARD, all_hosts, "Hello everybody"))
    lab.client.run(Program("shout.py", CARD, group, "Hello group"))
    lab.client.run(Program("shout.py", CARD, all_hosts, "Goodbye everybody"))
    lab.wait_until(lambda: all(listener.has_ended for listener in listeners), within=2)


scenario = Scenario(part="C", lectures=[6], hosts=["client", "server", "dns"], steps=steps)


def shouts(observed, at):
    """Return the packets with a shout that crossed this host's card."""
    return [
        packet
        for packet in observed.packets(at)
        if packet.udp and packet.udp.destination_port == SHOUTS.port
    ]


def joins(observed, at):
    """Return the cards from which a wish to join the group crossed this host's card.

    It is a record in an IGMP or MLD report: leave out no sender, of this group (RFC 3376, section
    4.2.12; RFC 3810, section 5.2.12).
    """
    group = ip_address(GROUP[observed.family]).packed
    wishes = [bytes([kind, 0, 0, 0]) + group for kind in (IS_EXCLUDE, TO_EXCLUDE)]
    return {
        packet.ethernet.source
        for packet in observed.packets(at)
        if packet.protocol in ("igmp", "icmpv6") and any(wish in packet.data for wish in wishes)
    }


def test_what_is_for_everybody_is_heard_by_every_listener(observed):
    for host in (observed.server, observed.dns):
        assert host.stdout[0] == "Hello everybody"
        assert host.stdout[-1] == "Goodbye everybody"


def test_what_is_for_the_group_is_heard_only_by_who_joined_it(observed):
    arrived = [packet.payload.decode() for packet in shouts(observed, at="server")]
    # Over IPv4 the engine's closed networks may keep groups out; who has joined hears what arrives.
    assert "Hello group" in arrived or observed.family is Family.IPV4
    assert observed.server.stdout == arrived
    assert "Hello group" not in observed.dns.stdout


def test_a_shout_is_one_packet_however_many_hear_it(observed):
    assert [packet.payload for packet in shouts(observed, at="client")] == [
        b"Hello everybody",
        b"Hello group",
        b"Goodbye everybody",
    ]


def test_all_hosts_get_the_very_same_packet(observed):
    copies = [
        [packet.data for packet in shouts(observed, at=host) if b"everybody" in packet.payload]
        for host in ("client", "server", "dns")
    ]
    assert len(copies[0]) == 2
    assert copies[0] == copies[1] == copies[2]


def test_the_ethernet_address_says_that_a_packet_is_for_many(observed):
    hello, group, goodbye = shouts(observed, at="client")
    if observed.family is Family.IPV4:
        # RFC 1112, section 6.4: the last 23 bits of the group's address.
        assert group.ethernet.destination == "01:00:5e:4d:00:07"
        assert hello.ethernet.destination == goodbye.ethernet.destination == "ff:ff:ff:ff:ff:ff"
    else:
        # RFC 2464, section 7: the last 32 bits.
        assert group.ethernet.destination == "33:33:00:07:00:07"
        assert hello.ethernet.destination == goodbye.ethernet.destination == "33:33:00:00:00:01"


def test_everybody_has_an_address_of_its_own(observed):
    client = observed.client.addresses[observed.family]
    for packet in shouts(observed, at="client"):
        wanted = everybody(observed.family, client)
        if packet.payload == b"Hello group":
            wanted = GROUP[observed.family]
        assert packet.destination.ip == wanted
    assert len(observed.client.stdout) == 3


def test_who_joins_a_group_reports_it_to_the_network(observed):
    (member,) = joins(observed, at="server")
    assert member not in {packet.ethernet.source for packet in shouts(observed, at="server")}
    # Whether the report gets as far as dns is the switch's affair; dns itself reports nothing.
    assert joins(observed, at="dns") <= {member}
