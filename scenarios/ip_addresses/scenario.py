"""IPv4 and IPv6 carry one exchange in two headers"""

import ipaddress
import socket

from lab import Command, Family, Program, Scenario, Udp

SERVICE = Udp(15030)
PREFIX = {Family.IPV4: 24, Family.IPV6: 64}

KEPT = {"Version", "Source Address", "Destination Address"}
RENAMED = {
    "Type of Service": "Traffic Class",
    "Total Length": "Payload Length",
    "Time to Live": "Hop Limit",
    "Protocol": "Next Header",
}
FLAGS = {"Reserved", "Don't Fragment", "More Fragments"}
GONE = {"IHL", "Identification", "Fragment Offset", "Header Checksum"} | FLAGS
NEW = {"Flow Label"}


def steps(lab):
    lab.client.run(Command("ip", "-{version}", "-brief", "address", "show", "eth0"))
    lab.client.run(Program("address.py", f"{lab.server.address}/{PREFIX[lab.family]}"))
    lab.server.start(Program("server.py", listens_on=SERVICE))
    lab.client.run(Program("client.py", "server"))


scenario = Scenario(part="A", lectures=[3], hosts=("client", "server"), steps=steps)


def anatomy(observed):
    """Return what address.py printed of the server's address, by label."""
    return dict(line.split(": ", 1) for line in observed.client["address.py"].stdout)


def headers(observed, at="client"):
    """Return the IP headers of the question and of the answer."""
    packets = observed.conversation(SERVICE, at=at).packets
    assert len(packets) == 2
    return [packet.ip for packet in packets]


def test_the_text_forms_are_ways_to_write_one_number(observed):
    printed = anatomy(observed)
    value = int(printed["number"]).to_bytes(int(printed["bits"]) // 8, "big")
    assert printed["short"] == observed.server.addresses[observed.family]
    if observed.family is Family.IPV4:
        assert printed["short"] == printed["long"] == ".".join(map(str, value))
    else:
        assert socket.inet_pton(socket.AF_INET6, printed["short"]) == value
        assert printed["long"].split(":") == [value[at : at + 2].hex() for at in range(0, 16, 2)]


def test_an_address_has_32_or_128_bits_and_each_bit_doubles_their_number(observed):
    printed = anatomy(observed)
    assert (printed["bits"], printed["addresses in all"]) == {
        Family.IPV4: ("32", "4294967296"),
        Family.IPV6: ("128", "340282366920938463463374607431768211456"),
    }[observed.family]


def test_the_prefix_names_the_network_and_the_rest_the_hosts_on_it(observed):
    printed = anatomy(observed)
    network = ipaddress.ip_network(printed["network"])
    rest = int(printed["bits"]) - network.prefixlen
    assert network.prefixlen == PREFIX[observed.family]
    assert int(printed["addresses on it"]) == 2**rest
    assert ipaddress.ip_address(printed["short"]) in network


def test_the_client_is_on_the_same_network(observed):
    words = observed.client["ip"].stdout[0].split()
    configured = [ipaddress.ip_interface(word) for word in words if "/" in word]
    own = ipaddress.ip_address(observed.client.addresses[observed.family])
    networks = [str(each.network) for each in configured if each.ip == own]
    assert networks == [anatomy(observed)["network"]]


def test_each_host_sees_the_others_address(observed):
    client = observed.client.addresses[observed.family]
    server = observed.server.addresses[observed.family]
    assert observed.server.stdout == [f"{client} says: Hello World"]
    assert observed.client["client.py"].stdout == [f"{server} says: Hello Yourself"]


def test_the_wire_carries_the_number_not_its_text(observed):
    first, _ = observed.conversation(SERVICE).packets
    place = first.ip.field("Destination Address")
    number = int.from_bytes(first.data[place.start : place.stop], "big")
    assert number == int(anatomy(observed)["number"])
    assert place.bits == int(anatomy(observed)["bits"])


def test_kept_are_version_source_and_destination(observed):
    client = observed.client.addresses[observed.family]
    server = observed.server.addresses[observed.family]
    version = 4 if observed.family is Family.IPV4 else 6
    question, answer = headers(observed)
    assert (question.version, question.source, question.destination) == (version, client, server)
    assert (answer.version, answer.source, answer.destination) == (version, server, client)


def test_ipv6_keeps_three_fields_renames_four_drops_the_rest_and_adds_the_flow_label(observed):
    expected = {
        Family.IPV4: KEPT | set(RENAMED) | GONE,
        Family.IPV6: KEPT | set(RENAMED.values()) | NEW,
    }[observed.family]
    for header in headers(observed):
        assert {field.name for field in header.fields} == expected


def test_the_addresses_are_four_times_as_long_and_the_header_twice(observed):
    length = {Family.IPV4: 20, Family.IPV6: 40}[observed.family]
    for header in headers(observed):
        assert header.length == length
        assert sum(field.bits for field in header.fields) == length * 8


def test_renamed_fields_say_what_they_said(observed):
    lengths = [len("Hello World"), len("Hello Yourself")]
    at_server = headers(observed, at="server")
    for header, arrived, length in zip(headers(observed), at_server, lengths, strict=True):
        datagram = length + 8  # UDP's own header
        if observed.family is Family.IPV4:
            said = (header.total_length - header.length, header.protocol)
            hops = (header.ttl, arrived.ttl)
        else:
            said = (header.payload_length, header.next_header)
            hops = (header.hop_limit, arrived.hop_limit)
        assert said == (datagram, socket.IPPROTO_UDP)
        assert hops[0] == hops[1] > 0  # no router in between takes one away


def test_udps_checksum_covers_the_addresses_and_ipv4_has_one_of_its_own_besides(observed):
    for packet in observed.conversation(SERVICE).packets:
        assert packet.udp.checksum_ok is True
        assert packet.ip.checksum_ok is (True if observed.family is Family.IPV4 else None)
