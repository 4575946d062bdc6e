"""The kernel answers a ping, with or without a server"""

import random
import re

from lab import Command, Family, Scenario

ECHO_REQUESTS, ECHO_REPLIES = (8, 128), (0, 129)
"""The types of ICMP (RFC 792) and of ICMPv6 (RFC 4443)."""

NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 135, 136
"""The types of ICMPv6 that find out a hardware address (RFC 4861)."""

REPLY = re.compile(
    r"bytes from (?:.* \()?([\da-f.:]+?)\)?: icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms"
)
SUMMARY = re.compile(r"(\d+) packets transmitted, (\d+) received,.* (\d+)% packet loss")


def steps(lab):
    lab.client.run(Command("ping", "-c", 3, "-i", 0.2, "server", waits=0.4))
    lab.client.run(Command("ping", "-c", 3, "-i", 0.2, "-W", 1, free_address(lab), waits=1.4))
    lab.client.run(Command("ping", "-c", 1, "http://server/"))
    lab.client.run(Command("ping", "-{version}", "-c", 1, "localhost"))


scenario = Scenario(part="A", lectures=[4], hosts=("client", "server"), steps=steps)


def free_address(lab):
    """Return an address of the lab's network that no host has.

    Another one in each run: while a kernel still asks who has the last run's, it would not begin
    to ask again.
    """
    network = re.match(r".*[.:]", lab.server.address)[0]
    free = {f"{network}{last}" for last in range(100, 200)} - set(lab.addresses.values())
    return random.choice(sorted(free))


def replies(ping):
    """Return sender, sequence number and time in milliseconds of each reply that ping printed."""
    found = [match for line in ping.stdout if (match := REPLY.search(line))]
    return [(match[1], int(match[2]), float(match[3])) for match in found]


def summary(ping):
    """Return how many packets ping sent, how many came back, and how many percent were lost."""
    found = [match for line in ping.stdout if (match := SUMMARY.search(line))]
    return [tuple(map(int, match.groups())) for match in found]


def echoes(observed, types, at, during=None):
    """Return identifier, sequence number and data of the echoes that crossed a network card.

    ``during`` is the transcript of a program that ran while they did; None for the whole run.
    """
    seen = [(packet, packet.icmp or packet.icmpv6) for packet in observed.packets(at)]
    return [
        (icmp.identifier, icmp.sequence, packet.payload)
        for packet, icmp in seen
        if icmp and icmp.type in types
        if not during or during.started_ns <= packet.time_ns <= during.ended_ns
    ]


def pings(observed):
    """Return the four transcripts: of the server, of nobody, of a URL, of the client itself."""
    return observed.client.transcripts


def test_a_host_that_is_there_answers_every_time(observed):
    there = pings(observed)[0]
    server = observed.server.addresses[observed.family]
    assert [reply[:2] for reply in replies(there)] == [(server, 1), (server, 2), (server, 3)]
    assert summary(there) == [(3, 3, 0)]
    assert there.exit_status == 0


def test_each_reply_took_some_time_and_less_than_the_whole_program(observed):
    there = pings(observed)[0]
    times = [milliseconds for _, _, milliseconds in replies(there)]
    assert len(times) == 3
    assert all(0 < each < there.duration * 1000 for each in times)


def test_each_reply_repeats_the_id_the_number_and_the_data_of_its_request(observed):
    for host in ("client", "server"):
        requests = echoes(observed, ECHO_REQUESTS, host)
        assert requests == echoes(observed, ECHO_REPLIES, host)
        assert [number for _, number, _ in requests] == [1, 2, 3]
        assert len({identifier for identifier, _, _ in requests}) == 1


def test_where_nobody_is_all_packets_are_lost(observed):
    nobody = pings(observed)[1]
    assert replies(nobody) == []
    assert summary(nobody) == [(3, 0, 100)]
    assert nobody.exit_status == 1


def test_the_network_is_asked_who_has_the_address_and_nobody_answers(observed):
    address = pings(observed)[1].arguments[-1]
    packets = observed.packets("client")
    if observed.family is Family.IPV4:
        asked = [packet.arp for packet in packets if packet.arp]
        questions = [arp for arp in asked if arp.operation == 1 and arp.target_ip == address]
        answers = [arp for arp in asked if arp.operation == 2 and arp.sender_ip == address]
    else:
        asked = [packet.icmpv6 for packet in packets if packet.icmpv6]
        about = [icmp for icmp in asked if icmp.target == address]
        questions = [icmp for icmp in about if icmp.type == NEIGHBOUR_SOLICITATION]
        answers = [icmp for icmp in about if icmp.type == NEIGHBOUR_ADVERTISEMENT]
    assert questions
    assert answers == []


def test_no_echo_request_leaves_for_a_host_whose_hardware_address_is_unknown(observed):
    address = pings(observed)[1].arguments[-1]
    went_to = [packet.ip.destination for packet in observed.packets("client") if packet.ip]
    assert observed.server.addresses[observed.family] in went_to
    assert address not in went_to


def test_a_url_is_not_the_name_of_a_host(observed):
    url = pings(observed)[2]
    assert url.stdout == []
    assert url.stderr == ["ping: http://server/: Name or service not known"]
    assert url.exit_status == 2


def test_for_a_url_no_echo_request_is_sent_to_anybody(observed):
    assert echoes(observed, ECHO_REQUESTS, "client", during=pings(observed)[2]) == []


def test_a_host_answers_itself(observed):
    own = pings(observed)[3]
    loopback = "127.0.0.1" if observed.family is Family.IPV4 else "::1"
    assert [reply[:2] for reply in replies(own)] == [(loopback, 1)]
    assert summary(own) == [(1, 1, 0)]


def test_what_a_host_says_to_itself_does_not_cross_the_network(observed):
    own = pings(observed)[3]
    assert summary(own) == [(1, 1, 0)]
    assert echoes(observed, ECHO_REQUESTS, "client", during=own) == []


def test_no_server_runs_and_none_is_needed(observed):
    for host in (observed.client, observed.server):
        assert host.samples
        for sample in host.samples:
            assert not [entry for entry in sample.entries if entry.state == "LISTEN"]
