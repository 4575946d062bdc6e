"""The DNS gives the address of a host name"""

import pytest

from lab import Address, Program, Scenario, Udp

DNS = Udp(53)
GOOGLE, PYTHON, SERVER, NOBODY = "maps.google.com", "www.python.org", "server", "nobody"

scenario = Scenario(
    part="A",
    lectures=[4, 7],
    hosts=["dns"],
    client=[
        Program("getname.py", GOOGLE, "{version}", name=GOOGLE),
        Program("getname.py", PYTHON, name=PYTHON),
        Program("getname.py", SERVER, "{version}", name=SERVER),
        Program("getname.py", "{word}.lab.test", "{version}", name=NOBODY, fails="gaierror"),
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


def test_each_query_gets_one_response_with_the_same_id(observed):
    for conversation in observed.conversations(DNS):
        messages = [packet.dns for packet in conversation.packets]
        queries = [message.id for message in messages if not message.qr]
        responses = [message.id for message in messages if message.qr]
        assert sorted(set(queries)) == sorted(queries) == sorted(responses)


@pytest.mark.parametrize("name", [GOOGLE, PYTHON, SERVER])
def test_a_query_asks_for_one_type_of_record_and_the_answers_are_what_is_printed(observed, name):
    lookups = observed.name_lookups(name)
    types = ["A", "AAAA"] if name == PYTHON else [observed.family.record]
    assert (
        sorted(question.type for query in lookups.queries for question in query.questions) == types
    )
    assert len(lookups.queries) == len(types)
    assert sorted(lookups.answers) == sorted(observed.client[name].stdout)


def test_a_name_without_a_dot_is_completed_before_it_is_asked_for(observed):
    assert observed.name_lookups(SERVER).names == [f"server.{observed.family}.lab.test"]


def test_the_answers_come_from_the_server_that_owns_the_name(observed):
    responses = observed.name_lookups(GOOGLE).responses
    assert [(response.aa, response.rcode_name) for response in responses] == [(True, "NOERROR")]


def test_a_name_that_nobody_has_is_asked_for_and_is_an_error_not_an_address(observed):
    name, nobody = f"{observed.word}.lab.test", observed.client[NOBODY]
    assert nobody.stdout == []
    # The number is EAI_NONAME of getaddrinfo(3).
    assert nobody.error.startswith("socket.gaierror: [Errno -2]")
    lookups = observed.name_lookups(name)
    assert lookups.names[0] == name
    assert {response.rcode_name for response in lookups.responses} == {"NXDOMAIN"}
    assert lookups.answers == []
