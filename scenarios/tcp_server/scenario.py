"""A server greets one client after another"""

from lab import Command, Program, Scenario, Tcp

GREETING = Tcp(9000)
SLIDE = Tcp(9001)


def steps(lab):
    lab.server.start(Program("server.py", listens_on=GREETING))
    lab.client.run(Program("client.py", "server", 9000))
    # telnet hangs up when its input ends, so that is left open until the server has spoken.
    telnet = lab.client.start(Command("telnet", "server", 9000), interactive=True)
    lab.client.finish(telnet, 5)
    lab.client.run(Program("client.py", "server", 9000))

    slide = lab.server.start(Program("slide.py", listens_on=SLIDE))
    lab.client.run(Program("client.py", "server", 9001))
    lab.server.finish(slide, 5)


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def test_each_client_is_greeted_with_its_own_address(observed):
    client = observed.client.addresses[observed.family]
    first, telnet, last, _ = observed.client.transcripts
    assert first.stdout == last.stdout == [f"Hello {client}"]
    assert telnet.stdout[-1] == f"Hello {client}"


def test_telnet_connects_and_says_who_hung_up(observed):
    telnet = observed.client["telnet"]
    server = observed.server.addresses[observed.family]
    assert telnet.stdout[:2] == [f"Trying {server}...", "Connected to server."]
    assert telnet.stderr == ["Connection closed by foreign host."]


def test_the_server_prints_each_client_and_its_port(observed):
    assert observed.server["server.py"].stdout == [
        f"Received connection from {conversation.client.ip} port {conversation.client.port}"
        for conversation in observed.conversations(GREETING)
    ]


def test_each_client_has_a_connection_of_its_own(observed):
    conversations = observed.conversations(GREETING)
    assert len(conversations) == 3
    assert len({conversation.client for conversation in conversations}) == 3
    for conversation in conversations:
        assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]


def test_the_wire_carries_the_greeting_and_nothing_else(observed):
    client = observed.client.addresses[observed.family]
    for conversation in observed.conversations(GREETING):
        assert conversation.sent == b""
        assert conversation.received == b"Hello %s\n" % client.encode("ascii")


def test_the_server_closes_each_connection_and_goes_on_serving(observed):
    for conversation in observed.conversations(GREETING):
        assert conversation.closed_first == "server"
        assert conversation.closed
    assert observed.server["server.py"].served


def test_text_where_bytes_belong_is_a_type_error_and_greets_nobody(observed):
    slide = observed.server["slide.py"]
    assert slide.error == "TypeError: a bytes-like object is required, not 'str'"
    assert observed.client["client.py"].stdout == ["nothing"]
    assert observed.conversation(SLIDE).received == b""
