"""The DNS gives the address of a host name"""

import pytest

from lab import Address, Family, Program, Scenario

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


@pytest.mark.parametrize("name", [GOOGLE, SERVER])
def test_a_name_leads_to_an_address(observed, name):
    [address] = observed.client[name].stdout
    assert observed.host_of(address) == "server"
    assert Address(address).family is observed.family


def test_a_host_has_an_address_in_each_ip_version_and_both_can_be_asked_for(observed):
    addresses = observed.client[PYTHON].stdout
    assert [observed.host_of(address) for address in addresses] == ["server", "server"]
    assert {Address(address).family for address in addresses} == set(Family)


def test_each_query_gets_one_response_with_the_same_id(observed):
    lookups = observed.name_lookups()
    queries = [query.id for query in lookups.queries]
    assert sorted(set(queries)) == sorted(response.id for response in lookups.responses)


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
