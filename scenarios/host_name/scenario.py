"""The DNS gives the address of a host name"""

import pytest

from lab import Address, Program, Scenario, Udp

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
        Program("getname.py", NOBODY, "{version}", name=NOBODY, fails="gaierror"),
    ],
)


def addresses_of_server(observed):
    """Return the addresses of host server that the DNS has: no link-local one, fe80:…."""
    own = [ip for ip, name in observed.names.items() if name == "server"]
    return sorted(ip for ip in own if not ip.startswith("fe80:"))


@pytest.mark.parametrize("name", [GOOGLE, SERVER])
def test_a_name_leads_to_an_address(observed, name):
    addresses = addresses_of_server(observed)
    of_this_version = [ip for ip in addresses if Address(ip).family is observed.family]
    assert observed.client[name].stdout == of_this_version


def test_a_host_has_an_address_in_each_ip_version_and_both_can_be_asked_for(observed):
    assert sorted(observed.client[PYTHON].stdout) == addresses_of_server(observed)


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
