"""IPv4 and IPv6 carry one exchange in two headers"""

from ipaddress import ip_address, ip_interface, ip_network
from socket import IPPROTO_UDP

from lab import Command, Program, Scenario, Udp

SERVICE = Udp(15030)
PREFIX = {4: 24, 6: 64}
KEPT = {"Version", "Source Address", "Destination Address"}
RENAMED = {
    4: {"Type of Service", "Total Length", "Time to Live", "Protocol"},
    6: {"Traffic Class", "Payload Length", "Hop Limit", "Next Header"},
}
FLAGS = {"Reserved", "Don't Fragment", "More Fragments"}
GONE = {"IHL", "Identification", "Fragment Offset", "Header Checksum"} | FLAGS
FIELDS = {4: KEPT | RENAMED[4] | GONE, 6: KEPT | RENAMED[6] | {"Flow Label"}}


def steps(lab):
    lab.client.run(Command("ip", "-{version}", "-brief", "address", "show", "eth0"))
    lab.client.run(Program("address.py", f"{lab.server.address}/{PREFIX[lab.family.version]}"))
    lab.server.start(Program("server.py", listens_on=SERVICE))
    lab.client.run(Program("client.py", "server"))


scenario = Scenario(part="A", lectures=[3], hosts=("client", "server"), steps=steps)


def anatomy(observed):
    """Return what address.py printed of the server's address, by label."""
    return dict(observed.client["address.py"].findall("^(.+?): (.+)$"))


def headers(observed, at="client"):
    """Return the IP headers of the question and of the answer."""
    question, answer = observed.conversation(SERVICE, at=at).packets
    return [question.ip, answer.ip]


def test_the_text_forms_are_ways_to_write_one_number_of_32_or_128_bits(observed):
    printed = anatomy(observed)
    address, bits = ip_address(observed.server.address), {4: 32, 6: 128}[observed.family.version]
    assert (printed["short"], printed["long"]) == (str(address), address.exploded)
    assert int(printed["number"]) == int(address)
    assert (int(printed["bits"]), int(printed["addresses in all"])) == (bits, 2**bits)


def test_the_prefix_names_the_network_of_both_hosts_and_the_rest_the_hosts_on_it(observed):
    printed = anatomy(observed)
    network = ip_network(printed["network"])
    assert network.prefixlen == PREFIX[observed.family.version]
    assert int(printed["addresses on it"]) == 2 ** (int(printed["bits"]) - network.prefixlen)
    assert ip_address(printed["short"]) in network
    configured = observed.client["ip"].findall(rf"\b{observed.client.address}/\d+")
    assert [ip_interface(text).network for (text,) in configured] == [network]


def test_each_host_sees_the_others_address(observed):
    client, server = observed.client.address, observed.server.address
    assert observed.server.stdout == [f"{client} says: Hello World"]
    assert observed.client["client.py"].stdout == [f"{server} says: Hello Yourself"]


def test_the_wire_carries_the_number_not_its_text(observed):
    packet, _ = observed.conversation(SERVICE).packets
    place = packet.ip.field("Destination Address")
    number = int.from_bytes(packet.data[place.start : place.stop], "big")
    assert number == int(anatomy(observed)["number"])
    assert place.bits == int(anatomy(observed)["bits"])


def test_the_header_of_ipv6_has_fewer_fields_and_is_twice_as_long(observed):
    for header in headers(observed):
        assert {field.name for field in header.fields} == FIELDS[observed.family.version]
        assert header.length == {4: 20, 6: 40}[observed.family.version]
        assert sum(field.bits for field in header.fields) == header.length * 8


def test_kept_fields_say_who_speaks_to_whom_and_in_which_version(observed):
    client, server = observed.client.address, observed.server.address
    assert [header.version for header in headers(observed)] == [observed.family.version] * 2
    ends = [(header.source, header.destination) for header in headers(observed)]
    assert ends == [(client, server), (server, client)]


def test_renamed_fields_say_what_they_said(observed):
    sent, arrived = headers(observed, at="client"), headers(observed, at="server")
    protocol = {4: "Protocol", 6: "Next Header"}[observed.family.version]
    assert [header.field(protocol).value for header in sent] == [IPPROTO_UDP] * 2
    lengths = [8 + len("Hello World"), 8 + len("Hello Yourself")]  # UDP's own header has 8 bytes
    assert [header.size - header.length for header in sent] == lengths
    for before, behind in zip(sent, arrived, strict=True):
        assert before.hops_left == behind.hops_left > 0  # no router in between takes one away


def test_udps_checksum_covers_the_addresses_and_ipv4_has_one_of_its_own_besides(observed):
    for packet in observed.conversation(SERVICE).packets:
        assert packet.udp.checksum_ok
        assert packet.ip.checksum_ok is {4: True, 6: None}[observed.family.version]
