"""A server greets one client after another"""

from lab import Command, Program, Scenario, Tcp

GREETING, SLIDE = Tcp(9000), Tcp(9001)


def steps(lab):
    lab.server.start(Program("server.py", "{answer}", listens_on=GREETING, serves=True))
    lab.client.run(Program("client.py", "server", 9000), name="first")
    # telnet hangs up when its input ends, so that is left open until the server has spoken.
    telnet = lab.client.start(Command("telnet", "server", 9000), interactive=True)
    lab.client.finish(telnet)
    lab.client.run(Program("client.py", "server", 9000), name="last")

    slide = lab.server.start(Program("slide.py", listens_on=SLIDE, fails="TypeError"))
    lab.client.run(Program("client.py", "server", 9001), name="slide")
    lab.server.finish(slide)


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def greeting(observed):
    return f"Hello {observed.client.address} from {observed.answer}"


def test_each_client_is_greeted_with_its_own_address(observed):
    assert observed.client["first"].stdout == [greeting(observed)]
    assert observed.client["last"].stdout == [greeting(observed)]


def test_telnet_connects_is_greeted_and_says_who_hung_up(observed):
    telnet = observed.client["telnet"]
    assert telnet.stdout[:2] == [f"Trying {observed.server.address}...", "Connected to server."]
    assert telnet.stdout[-1] == greeting(observed)
    assert telnet.stderr == ["Connection closed by foreign host."]


def test_the_server_prints_each_client_and_its_port(observed):
    assert observed.server["server.py"].stdout == [
        f"Received connection from {conversation.client.ip} port {conversation.client.port}"
        for conversation in observed.conversations(GREETING)
    ]


def test_each_client_has_a_connection_of_its_own(observed):
    conversations = observed.conversations(GREETING)
    assert len({conversation.client for conversation in conversations}) == 3
    assert [conversation.established for conversation in conversations] == [True] * 3


def test_the_wire_carries_the_greeting_and_nothing_else(observed):
    said = [(each.sent, each.received.decode()) for each in observed.conversations(GREETING)]
    assert said == [(b"", f"{greeting(observed)}\n")] * 3


def test_the_server_closes_each_connection_and_goes_on_serving(observed):
    ended = [(each.closed_first, each.closed) for each in observed.conversations(GREETING)]
    assert ended == [("server", True)] * 3
    assert observed.server["server.py"].served


def test_text_where_bytes_belong_is_a_type_error_and_greets_nobody(observed):
    slide, conversation = observed.server["slide.py"], observed.conversation(SLIDE)
    assert slide.stdout == ["Received connection"]
    assert slide.error == "TypeError: a bytes-like object is required, not 'str'"
    assert observed.client["slide"].stdout == ["nothing"]
    assert (conversation.received, conversation.closed_first) == (b"", "server")
