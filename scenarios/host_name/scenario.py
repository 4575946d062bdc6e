"""The DNS gives the address of a host name"""

from ipaddress import ip_address

import pytest

from lab import Program, Scenario, Udp

DNS = Udp(53)
GOOGLE, PYTHON, SERVER, NOBODY = "maps.google.com", "www.python.org", "server", "nobody.lab.test"

scenario = Scenario(
    part="A",
    lectures=[4, 7],
    hosts=["dns"],
    client=[
        Program("getname.py", GOOGLE, "{version}", name=GOOGLE),
        Program("getname.py", PYTHON, name=PYTHON),
        Program("getname.py", SERVER, "{version}", name=SERVER),
        Program("getname.py", NOBODY, "{version}", name=NOBODY),
    ],
)


def addresses_of_server(observed):
    """Return the addresses that the DNS has of host server, by the type of their record."""
    own = [ip_address(ip) for ip, name in observed.names.items() if name == "server"]
    # A link-local address means something on its own link only.
    return {"AAAA" if ip.version == 6 else "A": str(ip) for ip in own if not ip.is_link_local}


@pytest.mark.parametrize("name", [GOOGLE, SERVER])
def test_a_name_leads_to_an_address(observed, name):
    address = addresses_of_server(observed)[observed.family.record]
    assert observed.client[name].stdout == [address]


def test_a_host_has_an_address_in_each_ip_version_and_both_can_be_asked_for(observed):
    addresses = addresses_of_server(observed).values()
    assert sorted(observed.client[PYTHON].stdout) == sorted(addresses)


def test_a_name_that_nobody_has_is_an_error_not_an_address(observed):
    nobody = observed.client[NOBODY]
    assert (nobody.stdout, nobody.exit_status) == ([], 1)
    # The number is EAI_NONAME of getaddrinfo(3).
    assert nobody.error.startswith("socket.gaierror: [Errno -2]")


def test_each_query_gets_one_response_with_the_same_id(observed):
    for conversation in observed.conversations(DNS):
        messages = [packet.dns for packet in conversation.packets]
        queries = [message.id for message in messages if not message.qr]
        responses = [message.id for message in messages if message.qr]
        assert sorted(set(queries)) == sorted(queries) == sorted(responses)


@pytest.mark.parametrize("name", [GOOGLE, PYTHON, SERVER])
def test_a_query_asks_for_one_type_of_record_of_one_name(observed, name):
    queries = observed.name_lookups(name).queries
    types = ["A", "AAAA"] if name == PYTHON else [observed.family.record]
    assert [len(query.questions) for query in queries] == [1] * len(types)
    assert sorted(query.questions[0].type for query in queries) == types


def test_a_name_without_a_dot_is_completed_before_it_is_asked_for(observed):
    queries = observed.name_lookups(SERVER).queries
    assert [query.questions[0].name for query in queries] == [f"server.{observed.family}.lab.test"]


@pytest.mark.parametrize("name", [GOOGLE, PYTHON, SERVER])
def test_the_answers_on_the_wire_are_the_addresses_that_were_printed(observed, name):
    assert sorted(observed.name_lookups(name).answers) == sorted(observed.client[name].stdout)


def test_the_answers_come_from_the_server_that_owns_the_name(observed):
    responses = observed.name_lookups(GOOGLE).responses
    assert [(response.aa, response.rcode_name) for response in responses] == [(True, "NOERROR")]


def test_the_unknown_name_is_asked_for_and_does_not_exist(observed):
    lookups = observed.name_lookups(NOBODY)
    assert lookups.names[0] == NOBODY
    assert {response.rcode_name for response in lookups.responses} == {"NXDOMAIN"}
    assert lookups.answers == []
