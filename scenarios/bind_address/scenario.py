"""The address a server binds to decides who reaches it"""

from lab import Family, Program, Scenario, Tcp

EVERY, LOCAL, OWN, FOREIGN = Tcp(9001), Tcp(9002), Tcp(9003), Tcp(9004)
PORTS = [service.port for service in (EVERY, LOCAL, OWN, FOREIGN)]
WILDCARD = {Family.IPV4: "0.0.0.0", Family.IPV6: "::"}
LOOPBACK = {Family.IPV4: "127.0.0.1", Family.IPV6: "::1"}


def steps(lab):
    for service, address in ((EVERY, ""), (LOCAL, "localhost"), (OWN, "{server}")):
        program = Program("server.py", address, service.port, "{version}", listens_on=service)
        lab.server.start(program)
    lab.server.run(Program("server.py", "{client}", FOREIGN.port, "{version}"))
    for address in ("localhost", "{server}"):
        lab.server.run(Program("client.py", address, *PORTS))
    lab.client.run(Program("client.py", "server", *PORTS))


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def servers(observed):
    """Return the transcripts of the servers: at every address, at localhost, at its own."""
    return observed.server.transcripts[:3]


def found(transcript):
    """Return which of the four ports a client reached, in order."""
    return [line.partition(": ")[2] for line in transcript.stdout]


def test_each_server_is_bound_where_it_was_told(observed):
    family = observed.family
    assert [server.stdout[0] for server in servers(observed)] == [
        f"bound to {WILDCARD[family]}",
        f"bound to {LOOPBACK[family]}",
        f"bound to {observed.server.addresses[family]}",
    ]


def test_an_address_that_the_host_does_not_have_cannot_be_bound(observed):
    foreign = observed.server.transcripts[3]
    assert foreign.stdout == []
    assert foreign.error.startswith("OSError: [Errno 99] Cannot assign requested address")


def test_by_localhost_the_host_reaches_the_first_two(observed):
    by_localhost = observed.server.transcripts[4]
    assert found(by_localhost) == ["reached", "reached", "refused", "refused"]


def test_by_its_own_address_the_host_reaches_the_first_and_the_third(observed):
    by_address = observed.server.transcripts[5]
    assert found(by_address) == ["reached", "refused", "reached", "refused"]


def test_across_the_network_too_the_first_and_the_third_are_reached(observed):
    assert found(observed.client["client.py"]) == ["reached", "refused", "reached", "refused"]


def test_each_server_prints_from_where_it_was_reached(observed):
    loopback = LOOPBACK[observed.family]
    server = observed.server.addresses[observed.family]
    client = observed.client.addresses[observed.family]
    assert [running.stdout[1:] for running in servers(observed)] == [
        [f"reached from {loopback}", f"reached from {server}", f"reached from {client}"],
        [f"reached from {loopback}"],
        [f"reached from {server}", f"reached from {client}"],
    ]


def test_where_it_is_not_reachable_a_reset_answers_the_syn(observed):
    opened, refused = ["SYN", "SYN ACK", "ACK"], ["SYN", "RST ACK"]
    assert [
        observed.conversation(service).handshake for service in (EVERY, LOCAL, OWN, FOREIGN)
    ] == [opened, refused, opened, refused]


def test_what_the_host_says_to_itself_never_crosses_its_network_card(observed):
    client = observed.client.addresses[observed.family]
    calls = [call for call in observed.conversations(at="server") if call.protocol == "tcp"]
    assert [call.client.ip for call in calls] == [client] * 4
