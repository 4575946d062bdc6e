"""The DNS gives the address of a host name"""

from ipaddress import ip_address

from lab import Family, Program, Scenario, Udp

DNS = Udp(53)

scenario = Scenario(
    part="A",
    lectures=[4, 7],
    hosts=["dns"],
    client=[
        Program("getname.py", "maps.google.com", "{version}"),
        Program("getname.py", "www.python.org"),
        Program("getname.py", "server", "{version}"),
        Program("getname.py", "nobody.lab.test", "{version}"),
    ],
)


def program(observed, name):
    """Return the transcript of the program that looked this name up."""
    return next(each for each in observed.client.transcripts if each.arguments[0] == name)


def record_type(observed):
    """Return the type of the DNS record that holds an address of the run's IP version."""
    return "A" if observed.family is Family.IPV4 else "AAAA"


def addresses_of_server(observed):
    """Return the addresses of host server by the type of record that holds them.

    Its link-local address is in no DNS: it means something on its own link only.
    """
    own = [ip_address(ip) for ip, name in observed.names.items() if name == "server"]
    return {"AAAA" if ip.version == 6 else "A": str(ip) for ip in own if not ip.is_link_local}


def messages(observed, name):
    """Return the queries for this name and the responses, as they crossed the wire."""
    told = [packet.dns for each in observed.conversations(DNS) for packet in each.packets]
    about = [message for message in told if message.questions[0].name.startswith(name)]
    return (
        [message for message in about if not message.qr],
        [message for message in about if message.qr],
    )


def test_a_name_leads_to_an_address(observed):
    address = addresses_of_server(observed)[record_type(observed)]
    assert program(observed, "maps.google.com").stdout == [address]
    assert program(observed, "server").stdout == [address]


def test_a_host_has_an_address_in_each_ip_version_and_both_can_be_asked_for(observed):
    printed = program(observed, "www.python.org").stdout
    assert sorted(printed) == sorted(addresses_of_server(observed).values())


def test_a_name_that_nobody_has_is_an_error_not_an_address(observed):
    ended = program(observed, "nobody.lab.test")
    assert ended.stdout == []
    assert ended.exit_status == 1
    # The number is EAI_NONAME of getaddrinfo(3).
    assert ended.error.startswith("socket.gaierror: [Errno -2]")


def test_each_query_gets_one_response_with_the_same_id(observed):
    for conversation in observed.conversations(DNS):
        told = [packet.dns for packet in conversation.packets]
        queries = [message.id for message in told if not message.qr]
        responses = [message.id for message in told if message.qr]
        assert sorted(queries) == sorted(responses)
        assert len(set(queries)) == len(queries)


def test_a_query_asks_for_one_type_of_record_of_one_name(observed):
    wanted = record_type(observed)
    for name, types in {
        "maps.google.com": [wanted],
        "www.python.org": ["A", "AAAA"],
        "server": [wanted],
    }.items():
        queries, _ = messages(observed, name)
        assert [len(query.questions) for query in queries] == [1] * len(types)
        assert sorted(query.questions[0].type for query in queries) == types


def test_a_name_without_a_dot_is_completed_before_it_is_asked_for(observed):
    queries, _ = messages(observed, "server")
    assert [query.questions[0].name for query in queries] == [f"server.{observed.family}.lab.test"]


def test_the_answers_on_the_wire_are_the_addresses_that_were_printed(observed):
    for name in ("maps.google.com", "www.python.org", "server"):
        _, responses = messages(observed, name)
        answers = [record.data for response in responses for record in response.answers]
        assert sorted(answers) == sorted(program(observed, name).stdout)


def test_the_answers_come_from_the_server_that_owns_the_name(observed):
    _, responses = messages(observed, "maps.google.com")
    assert [(response.aa, response.rcode_name) for response in responses] == [(True, "NOERROR")]


def test_the_unknown_name_is_asked_for_and_does_not_exist(observed):
    queries, responses = messages(observed, "nobody.lab.test")
    assert queries[0].questions[0].name == "nobody.lab.test"
    assert {response.rcode_name for response in responses} == {"NXDOMAIN"}
    assert not any(response.answers for response in responses)
