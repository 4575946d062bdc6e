"""The address a server binds to decides who reaches it"""

from lab import Program, Scenario, Tcp

EVERY, LOCAL, OWN, FOREIGN = SERVICES = Tcp(9001), Tcp(9002), Tcp(9003), Tcp(9004)
PORTS = [service.port for service in SERVICES]


def steps(lab):
    for name, address, service, word in (
        ("every", "", EVERY, "{answer}"),
        ("local", "localhost", LOCAL, "{answer2}"),
        ("own", "{server}", OWN, "{answer3}"),
    ):
        words = (address, service.port, "{version}", word)
        lab.server.start(Program("server.py", *words, listens_on=service, serves=True), name=name)
    foreign = Program("server.py", "{client}", FOREIGN.port, "{version}", "-", fails="OSError")
    lab.server.run(foreign, name="foreign")
    lab.server.run(Program("client.py", "localhost", "{word}", *PORTS), name="by localhost")
    lab.server.run(Program("client.py", "{server}", "{word2}", *PORTS), name="by address")
    lab.client.run(Program("client.py", "server", "{word3}", *PORTS))


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def told(word, *answers):
    """Return what a client prints that says a word; None is the answer where it is refused."""
    results = [f"reached, {answer} hears {word}" if answer else "refused" for answer in answers]
    return [f"port {port}: {result}" for port, result in zip(PORTS, results, strict=True)]


def test_each_server_is_bound_where_it_was_told(observed):
    addresses = observed.family.unspecified, observed.family.loopback, observed.server.address
    assert observed.server.findall("bound to (.+)") == [(address,) for address in addresses]


def test_an_address_that_the_host_does_not_have_cannot_be_bound(observed):
    foreign = observed.server["foreign"]
    assert foreign.stdout == []
    assert foreign.error.startswith("OSError: [Errno 99] Cannot assign requested address")


def test_by_localhost_the_host_reaches_the_first_two(observed):
    expected = told(observed.word, observed.answer, observed.answer2, None, None)
    assert observed.server["by localhost"].stdout == expected


def test_by_its_own_address_the_host_reaches_the_first_and_the_third(observed):
    expected = told(observed.word2, observed.answer, None, observed.answer3, None)
    assert observed.server["by address"].stdout == expected


def test_across_the_network_too_the_first_and_the_third_are_reached(observed):
    expected = told(observed.word3, observed.answer, None, observed.answer3, None)
    assert observed.client.stdout == expected
    reached = [observed.conversation(service) for service in (EVERY, OWN)]
    assert [each.turns for each in reached] == [["client", "server"]] * 2
    assert [each.sent.decode() for each in reached] == [observed.word3] * 2


def test_each_server_prints_from_where_it_was_reached(observed):
    loopback = f"reached from {observed.family.loopback} by {observed.word}"
    itself = f"reached from {observed.server.address} by {observed.word2}"
    client = f"reached from {observed.client.address} by {observed.word3}"
    assert observed.server["every"].stdout[1:] == [loopback, itself, client]
    assert observed.server["local"].stdout[1:] == [loopback]
    assert observed.server["own"].stdout[1:] == [itself, client]


def test_where_it_is_not_reachable_a_reset_answers_the_syn(observed):
    opened, refused = ["SYN", "SYN ACK", "ACK"], ["SYN", "RST ACK"]
    handshakes = [observed.conversation(service).handshake for service in SERVICES]
    assert handshakes == [opened, refused, opened, refused]


def test_what_the_host_says_to_itself_never_crosses_its_network_card(observed):
    callers = [call.client.ip for call in observed.conversations("tcp", at="server")]
    assert callers == [observed.client.address] * 4
