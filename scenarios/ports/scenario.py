"""Ports tell services and connections of a host apart"""

from dataclasses import astuple

from lab import Command, Program, Scenario, Tcp

ALPHA, BETA = Tcp(15010), Tcp(15011)


def steps(lab):
    lab.client.run(Command("cat", "/proc/sys/net/ipv4/ip_local_port_range"))
    for name, service, word in (("alpha", ALPHA, "{answer}"), ("beta", BETA, "{answer2}")):
        words = (name, service.port, word)
        lab.server.start(Program("server.py", *words, listens_on=service, serves=True), name=name)
    held = []
    for name, word in (("first", "{word}"), ("second", "{word2}")):
        program = Program("client.py", "server", ALPHA.port, word)
        held.append(lab.client.start(program, name=name, interactive=True))
        held[-1].wait_for_line("Enter")
    lab.client.run(Program("one_port.py", "server", "{word3}", ALPHA.port, BETA.port))
    gamma = Program("server.py", "gamma", ALPHA.port, "{answer3}", deadline=3, fails="OSError")
    lab.server.run(gamma, name="gamma")
    for client in held:
        client.write("\n", end=True)
        lab.client.finish(client)


scenario = Scenario(part="A", lectures=[3, 4], hosts=("client", "server"), steps=steps)


def connections(observed):
    """Return the four conversations, in the order in which they began."""
    return observed.conversations(ALPHA, BETA, client="client", server="server")


def told(connection, name, answer, word):
    """Return what a client prints that says a word to the service of this name."""
    own, other = astuple(connection.client), astuple(connection.server)
    return [f"{own} to {other}", f"{name} says {answer} to {word} at port {connection.client.port}"]


def test_a_client_prints_both_ends_and_the_port_decides_which_service_answers(observed):
    first, second, third, fourth = connections(observed)
    alpha, beta = ("alpha", observed.answer), ("beta", observed.answer2)
    one_port = told(third, *alpha, observed.word3) + told(fourth, *beta, observed.word3)
    assert observed.client["first"].stdout[:2] == told(first, *alpha, observed.word)
    assert observed.client["second"].stdout[:2] == told(second, *alpha, observed.word2)
    assert observed.client["one_port.py"].stdout == one_port


def test_both_ends_name_the_same_connections(observed):
    ends = observed.client.findall(r"(\(.+\)) to \(")
    words = (observed.word, observed.word2, observed.word3, observed.word3)
    *of_alpha, of_beta = [f"{word} at {end}" for (end,), word in zip(ends, words, strict=True)]
    assert observed.server["alpha"].stdout == [f"alpha serves {each}" for each in of_alpha]
    assert observed.server["beta"].stdout == [f"beta serves {of_beta}"]


def test_each_client_speaks_first_and_says_its_word(observed):
    seen = connections(observed)
    words = [observed.word, observed.word2, observed.word3, observed.word3]
    assert [each.sent.decode() for each in seen] == words
    assert [each.turns for each in seen] == [["client", "server"]] * 4


def test_two_clients_of_one_service_differ_in_the_clients_port_only(observed):
    first, second, _, _ = connections(observed)
    assert first.server == second.server
    assert first.client.ip == second.client.ip
    assert first.client.port != second.client.port


def test_two_services_that_one_client_port_talks_to_differ_in_the_servers_port_only(observed):
    _, _, third, fourth = connections(observed)
    assert third.client == fourth.client
    assert third.server.ip == fourth.server.ip
    assert third.server.port != fourth.server.port


def test_all_four_connections_are_open_at_once_and_no_two_have_the_same_four_tuple(observed):
    seen = connections(observed)
    assert len({(each.client, each.server) for each in seen}) == len(seen) == 4
    assert max(each.started_ns for each in seen) < min(each.ended_ns for each in seen)


def test_clients_get_ports_from_the_range_that_the_kernel_keeps_for_them(observed):
    [(lowest, highest)] = observed.client["cat"].findall(r"(\d+)\s+(\d+)")
    ports = [each.client.port for each in connections(observed)]
    assert len(ports) == 4
    assert all(int(lowest) <= port <= int(highest) for port in ports)


def test_a_connection_lasts_until_its_client_hangs_up(observed):
    assert [each.closed_first for each in connections(observed)] == ["client"] * 4


def test_a_port_that_somebody_listens_on_is_not_given_to_a_second_server(observed):
    gamma = observed.server["gamma"]
    assert gamma.error.startswith("OSError: [Errno 98] Address already in use")
    assert (gamma.exit_status, gamma.stdout) == (1, [])
