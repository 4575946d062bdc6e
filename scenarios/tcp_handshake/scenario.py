"""Sequence numbers account for SYN, data and FIN"""

from lab import Command, Family, Program, Scenario, Tcp

DEMO = Tcp(15000)
NUMBERS = 1 << 32  # sequence numbers have 32 bits, and after the last comes 0 again

scenario = Scenario(
    part="B",
    lectures=[3, 6],
    server=Program("server.py", listens_on=DEMO),
    client=[
        Program("client.py", "server"),
        # How many bytes one packet may carry on this link, headers of IP and TCP included.
        Command("cat", "/sys/class/net/eth0/mtu"),
    ],
)


def opening(observed):
    """Return the TCP headers of the SYN, of the answer, and of the ACK that completes it."""
    packets = observed.conversation(DEMO).packets
    return [packet.tcp for packet in packets[:3]]


def test_one_byte_goes_each_way_and_then_comes_the_end(observed):
    assert observed.server.stdout == ["heard b'a'", "heard b''"]
    assert observed.client["client.py"].stdout == ["heard b'A'"]


def test_it_opens_with_syn_then_syn_ack_then_ack(observed):
    assert observed.conversation(DEMO).handshake == ["SYN", "SYN ACK", "ACK"]


def test_each_syn_is_acknowledged_by_its_number_plus_one(observed):
    syn, syn_ack, ack = opening(observed)
    assert syn_ack.acknowledgment == (syn.sequence + 1) % NUMBERS
    assert ack.acknowledgment == (syn_ack.sequence + 1) % NUMBERS
    assert ack.sequence == (syn.sequence + 1) % NUMBERS


def test_each_end_chooses_where_its_numbers_start(observed):
    syn, syn_ack, _ = opening(observed)
    assert syn.sequence != syn_ack.sequence


def test_both_syns_say_how_much_data_a_segment_may_carry(observed):
    (mtu,) = observed.client["cat"].stdout
    headers = 40 if observed.family is Family.IPV4 else 60  # of IP, 20 or 40 bytes, and TCP, 20
    syn, syn_ack, ack = opening(observed)
    assert syn.mss == syn_ack.mss == int(mtu) - headers
    assert ack.mss is None


def test_a_byte_of_data_takes_one_number(observed):
    asked, answered = (event for event in observed.conversation(DEMO).events if event.length)
    assert (asked.sender, asked.sequence, asked.payload) == ("client", 1, b"a")
    assert (answered.sender, answered.sequence, answered.payload) == ("server", 1, b"A")
    assert answered.acknowledgment == asked.end == 2


def test_a_fin_takes_one_number_too(observed):
    client_fin, server_fin = (event for event in observed.conversation(DEMO).events if event.fin)
    assert (client_fin.sequence, server_fin.sequence) == (2, 2)
    assert server_fin.acknowledgment == 3
    assert observed.conversation(DEMO).events[-1].acknowledgment == 3


def test_the_client_closes_first_and_then_the_server(observed):
    conversation = observed.conversation(DEMO)
    assert conversation.closed_first == "client"
    assert [step for step in conversation.closing if "FIN" in step] == [
        "client FIN ACK",
        "server FIN ACK",
    ]
    assert conversation.closed
    assert conversation.resets == ()
