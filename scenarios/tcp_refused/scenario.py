"""A closed port answers at once, a filtered one never"""

import re

from lab import Program, Scenario, Tcp

CLOSED = Tcp(15001)
DOOR = Tcp(15000)
WITHIN = 3.5  # seconds: the kernel sends its SYN at 0 s, at 1 s, and at 2 s or 3 s


def steps(lab):
    def knock(service, *, waits=0.0):
        lab.client.run(Program("client.py", "server", service.port, WITHIN, waits=waits))

    lab.server.start(Program("server.py", listens_on=DOOR))
    knock(CLOSED)
    with lab.server.drops(DOOR):
        knock(DOOR, waits=WITHIN)
    knock(DOOR)


scenario = Scenario(part="B", lectures=[4, 7], hosts=("client", "server"), steps=steps)


def said(observed):
    """Return what each of the three knocks printed: the answer, and the seconds it took."""
    lines = "\n".join(observed.client.stdout)
    found = re.findall(r"^(.+) \(after (\d+\.\d+) s\)$", lines, re.MULTILINE)
    return [(answer, float(seconds)) for answer, seconds in found]


def test_a_closed_port_refuses_before_the_timeout(observed):
    answer, seconds = said(observed)[0]
    assert answer.startswith("ConnectionRefusedError: ")
    assert seconds < WITHIN


def test_the_refusal_is_a_reset_in_answer_to_the_syn(observed):
    refused = observed.conversation(CLOSED)
    assert refused.handshake == ["SYN", "RST ACK"]
    syn, reset = (packet.tcp for packet in refused.packets)
    assert reset.acknowledgment == (syn.sequence + 1) % (1 << 32)
    assert refused.refused
    assert not refused.established


def test_a_port_behind_a_firewall_is_silent_until_the_timeout(observed):
    answer, seconds = said(observed)[1]
    assert answer.startswith("TimeoutError: ")
    assert seconds >= WITHIN


def test_the_kernel_sends_its_syn_again_and_again_and_nothing_comes_back(observed):
    silent, _ = observed.conversations(DOOR)
    assert len(silent.handshake) >= 3
    assert set(silent.handshake) == {"SYN"}
    assert {event.sender for event in silent.events} == {"client"}
    assert len({packet.tcp.sequence for packet in silent.packets}) == 1
    assert silent.errors == ()
    assert not silent.refused


def test_each_of_these_syns_did_arrive_at_the_server(observed):
    sent, _ = observed.conversations(DOOR, at="client")
    arrived, _ = observed.conversations(DOOR, at="server")
    assert arrived.handshake == sent.handshake


def test_the_same_port_opens_once_the_firewall_lets_it(observed):
    answer, _ = said(observed)[2]
    _, opened = observed.conversations(DOOR)
    assert answer == "connected"
    assert opened.handshake == ["SYN", "SYN ACK", "ACK"]
