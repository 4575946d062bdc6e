"""A closed port answers at once, a filtered one never"""

from lab import Program, Scenario, Tcp

DOOR, CLOSED = Tcp(15000), Tcp(15001)
WITHIN = 3.5  # seconds: the kernel sends its SYN at 0 s, at 1 s, and at 2 s or 3 s
SAID = r"(.+) \(after ([\d.]+) s\)"


def steps(lab):
    knock = ("client.py", "server", DOOR.port, WITHIN)
    lab.server.start(Program("server.py", "{answer}", listens_on=DOOR, serves=True))
    lab.client.run(Program("client.py", "server", CLOSED.port, WITHIN), name="closed")
    with lab.server.drops(DOOR):
        lab.client.run(Program(*knock, waits=WITHIN), name="filtered")
    lab.client.run(Program(*knock), name="open")


scenario = Scenario(part="B", lectures=[4, 7], hosts=("client", "server"), steps=steps)


def test_a_closed_port_refuses_before_the_timeout(observed):
    [(answer, seconds)] = observed.client["closed"].findall(SAID)
    assert answer.startswith("ConnectionRefusedError: ")
    assert float(seconds) < WITHIN


def test_the_refusal_is_a_reset_in_answer_to_the_syn(observed):
    assert observed.conversation(CLOSED).handshake == ["SYN", "RST ACK"]
    syn, reset = observed.conversation(CLOSED).events
    assert reset.acknowledgment == syn.sequence + 1


def test_a_port_behind_a_firewall_is_silent_until_the_timeout(observed):
    filtered = observed.client["filtered"]
    [(answer, seconds)] = filtered.findall(SAID)
    assert answer.startswith("TimeoutError: ")
    assert WITHIN <= float(seconds) <= filtered.duration


def test_the_kernel_sends_its_syn_again_and_again_and_nothing_comes_back(observed):
    silent, _ = observed.conversations(DOOR)
    _, *again = silent.events
    assert len(again) >= 2
    assert silent.retransmissions == tuple(again)
    assert {(event.sender, event.label) for event in silent.events} == {("client", "SYN")}
    assert silent.errors == ()


def test_each_of_these_syns_did_arrive_at_the_server(observed):
    sent, _ = observed.conversations(DOOR, at="client")
    arrived, _ = observed.conversations(DOOR, at="server")
    assert arrived.handshake == sent.handshake


def test_the_same_port_opens_once_the_firewall_lets_it(observed):
    [(answer, _)] = observed.client["open"].findall(SAID)
    _, opened = observed.conversations(DOOR)
    assert answer == f"heard {observed.answer}"
    assert opened.handshake == ["SYN", "SYN ACK", "ACK"]
    assert (opened.sent, opened.received) == (b"", observed.answer.encode())


def test_the_kernel_tells_a_refused_call_why_and_leaves_the_other_waiting(observed):
    asked = observed.client["closed"].calls("connect", "getsockopt", of=CLOSED)
    assert "ECONNREFUSED" in str(asked[-1])
    # A socket with a timeout does not wait in connect, but in poll.
    (wait,) = observed.client["filtered"].calls("poll", of=DOOR)
    assert wait.result == 0
    assert wait.waited >= WITHIN
