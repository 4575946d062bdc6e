"""IPv4 and IPv6 carry one exchange in two headers"""

from ipaddress import ip_address, ip_interface, ip_network
from socket import IPPROTO_UDP

from lab import Command, Program, Scenario, Udp

SERVICE = Udp(15030)
PREFIX = {4: 24, 6: 64}
FIELDS = {
    4: "Version, IHL, Type of Service, Total Length, Identification, Reserved, Don't Fragment, "
    "More Fragments, Fragment Offset, Time to Live, Protocol, Header Checksum, "
    "Source Address, Destination Address",
    6: "Version, Traffic Class, Flow Label, Payload Length, Next Header, Hop Limit, "
    "Source Address, Destination Address",
}


def steps(lab):
    lab.client.run(Command("ip", "-{version}", "-brief", "address", "show", "eth0"))
    lab.client.run(Program("address.py", f"{lab.server.address}/{PREFIX[lab.family.version]}"))
    server = lab.server.start(Program("server.py", "{answer}", listens_on=SERVICE))
    lab.client.run(Program("client.py", "server", "{word}"))
    lab.server.finish(server)


scenario = Scenario(part="A", lectures=[3], hosts=("client", "server"), steps=steps)


def anatomy(observed):
    """Return what address.py printed of the server's address, by label."""
    return dict(observed.client["address.py"].findall("^(.+?): (.+)$"))


def headers(observed, at="client"):
    """Return the IP headers of the question and of the answer."""
    return [packet.ip for packet in observed.conversation(SERVICE, at=at).packets]


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
    answer = f"{observed.answer} greets {observed.word}"
    assert observed.server.stdout == [f"{observed.client.address} says: {observed.word}"]
    assert observed.client["client.py"].stdout == [f"{observed.server.address} says: {answer}"]
    said = [each.data.decode() for each in observed.conversation(SERVICE).messages]
    assert said == [observed.word, answer]


def test_the_wire_carries_the_number_not_its_text(observed):
    packet, _ = observed.conversation(SERVICE).packets
    place = packet.ip.field("Destination Address")
    number = int.from_bytes(packet.data[place.start : place.stop], "big")
    assert [number, place.bits] == [int(anatomy(observed)[each]) for each in ("number", "bits")]


def test_the_header_of_ipv6_has_fewer_fields_and_is_twice_as_long(observed):
    for header in headers(observed):
        assert ", ".join(each.name for each in header.fields) == FIELDS[observed.family.version]
        assert header.length == {4: 20, 6: 40}[observed.family.version]
        assert sum(field.bits for field in header.fields) == header.length * 8


def test_kept_fields_say_who_speaks_to_whom_and_in_which_version(observed):
    there = (observed.client.address, observed.server.address)
    assert [header.version for header in headers(observed)] == [observed.family.version] * 2
    ends = [(header.source, header.destination) for header in headers(observed)]
    assert ends == [there, there[::-1]]


def test_renamed_fields_say_what_they_said(observed):
    sent, arrived = headers(observed, at="client"), headers(observed, at="server")
    protocol = {4: "Protocol", 6: "Next Header"}[observed.family.version]
    assert [header.field(protocol).value for header in sent] == [IPPROTO_UDP] * 2
    lengths = [len(each.data) for each in observed.conversation(SERVICE).messages]
    assert [header.size - header.length - 8 for header in sent] == lengths  # 8: UDP's own header
    for before, behind in zip(sent, arrived, strict=True):
        assert before.hops_left == behind.hops_left > 0  # no router in between takes one away


def test_udps_checksum_covers_the_addresses_and_ipv4_has_one_of_its_own_besides(observed):
    for packet in observed.conversation(SERVICE).packets:
        assert packet.udp.checksum_ok
        assert packet.ip.checksum_ok is {4: True, 6: None}[observed.family.version]
