"""Ports tell services and connections of a host apart"""

from ast import literal_eval

from lab import Command, Program, Scenario, Tcp

ALPHA, BETA = Tcp(15010), Tcp(15011)


def steps(lab):
    lab.client.run(Command("cat", "/proc/sys/net/ipv4/ip_local_port_range"))
    lab.server.start(Program("server.py", "alpha", ALPHA.port, listens_on=ALPHA))
    lab.server.start(Program("server.py", "beta", BETA.port, listens_on=BETA))
    held = []
    for _ in range(2):
        client = lab.client.start(Program("client.py", "server", ALPHA.port), interactive=True)
        client.wait_for_line("Enter", 3 * lab.deadline_scale)
        held.append(client)
    lab.client.run(Program("one_port.py", "server", ALPHA.port, BETA.port))
    lab.server.run(Program("server.py", "gamma", ALPHA.port, deadline=3))
    for client in held:
        client.write("\n", end=True)
        lab.client.finish(client, 3 * lab.deadline_scale)


scenario = Scenario(part="A", lectures=[3, 4], hosts=("client", "server"), steps=steps)


def ends(line):
    """Return what a client printed of its connection: both ends, each a (host, port)."""
    own, _, other = line.partition(" to ")
    return literal_eval(own), literal_eval(other)


def printed(observed):
    """Return both ends and the greeting of the four connections, in order."""
    first, second, shared = observed.client.transcripts[1:]
    lines = [*first.stdout[:2], *second.stdout[:2], *shared.stdout]
    return [(*ends(line), said) for line, said in zip(lines[::2], lines[1::2], strict=True)]


def four_tuple(conversation):
    """Return the four things that tell a connection from every other."""
    client, server = conversation.client, conversation.server
    return (client.ip, client.port, server.ip, server.port)


def connections(observed):
    """Return the four conversations, in the order in which they began."""
    both = [*observed.conversations(ALPHA), *observed.conversations(BETA)]
    return sorted(both, key=lambda conversation: conversation.started_ns)


def differences(one, other):
    """Return which of the four things differ between two connections."""
    names = ("client host", "client port", "server host", "server port")
    both = zip(names, four_tuple(one), four_tuple(other), strict=True)
    return [name for name, left, right in both if left != right]


def test_the_port_decides_which_service_answers(observed):
    assert [(other[1], said) for own, other, said in printed(observed)] == [
        (port, f"{name} says hello to port {own[1]}")
        for (name, port), (own, _, _) in zip(
            [("alpha", 15010), ("alpha", 15010), ("alpha", 15010), ("beta", 15011)],
            printed(observed),
            strict=True,
        )
    ]


def test_both_ends_name_the_same_connections(observed):
    alpha, beta, _ = observed.server.transcripts
    first, second, third, fourth = (own for own, _, _ in printed(observed))
    assert alpha.stdout == [f"alpha serves {own}" for own in (first, second, third)]
    assert beta.stdout == [f"beta serves {fourth}"]


def test_the_ends_that_were_printed_are_those_on_the_wire(observed):
    client = observed.client.addresses[observed.family]
    server = observed.server.addresses[observed.family]
    seen = [four_tuple(each) for each in connections(observed)]
    assert seen == [(*own, *other) for own, other, _ in printed(observed)]
    assert [(one, other) for one, _, other, _ in seen] == [(client, server)] * 4


def test_two_clients_of_one_service_differ_in_the_clients_port_only(observed):
    first, second, _, _ = connections(observed)
    assert differences(first, second) == ["client port"]


def test_two_services_that_one_client_port_talks_to_differ_in_the_servers_port_only(observed):
    _, _, third, fourth = connections(observed)
    assert differences(third, fourth) == ["server port"]


def test_all_four_connections_are_open_at_once_and_no_two_have_the_same_four_tuple(observed):
    seen = connections(observed)
    assert len({four_tuple(each) for each in seen}) == len(seen) == 4
    assert max(each.started_ns for each in seen) < min(each.ended_ns for each in seen)


def test_clients_get_ports_from_the_range_that_the_kernel_keeps_for_them(observed):
    lowest, highest = map(int, observed.client["cat"].stdout[0].split())
    ports = [each.client.port for each in connections(observed)]
    assert len(ports) == 4
    assert all(lowest <= port <= highest for port in ports)


def test_a_connection_lasts_until_its_client_hangs_up(observed):
    assert [each.closed_first for each in connections(observed)] == ["client"] * 4


def test_a_port_that_somebody_listens_on_is_not_given_to_a_second_server(observed):
    second = observed.server.transcripts[2]
    assert second.error.startswith("OSError: [Errno 98] Address already in use")
    assert second.exit_status == 1
    assert second.stdout == []
