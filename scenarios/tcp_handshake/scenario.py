"""Sequence numbers account for SYN, data and FIN"""

from lab import Command, Program, Scenario, Tcp

DEMO = Tcp(15000)
TCP_HEADER = 20  # bytes, without options

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


def test_one_byte_goes_each_way_and_then_comes_the_end(observed):
    assert observed.server.stdout == ["heard b'a'", "heard b''"]
    assert observed.client["client.py"].stdout == ["heard b'A'"]


def test_it_opens_with_syn_then_syn_ack_then_ack(observed):
    assert observed.conversation(DEMO).handshake == ["SYN", "SYN ACK", "ACK"]


def test_each_syn_is_acknowledged_by_its_number_plus_one(observed):
    syn, syn_ack, ack, *_ = observed.conversation(DEMO).events
    assert syn_ack.acknowledgment == syn.sequence + 1
    assert ack.acknowledgment == syn_ack.sequence + 1
    assert ack.sequence == syn.sequence + 1


def test_each_end_chooses_where_its_numbers_start(observed):
    syn, syn_ack, *_ = observed.conversation(DEMO).packets
    assert syn.tcp.sequence != syn_ack.tcp.sequence


def test_both_syns_say_how_much_data_a_segment_may_carry(observed):
    [mtu] = observed.client["cat"].stdout
    syn, syn_ack, ack, *_ = observed.conversation(DEMO).packets
    assert syn.tcp.mss == syn_ack.tcp.mss == int(mtu) - syn.ip.length - TCP_HEADER
    assert ack.tcp.mss is None


def test_a_byte_of_data_takes_one_number(observed):
    asked, answered = observed.conversation(DEMO).data_segments()
    assert (asked.sender, asked.sequence, asked.payload) == ("client", 1, b"a")
    assert (answered.sender, answered.sequence, answered.payload) == ("server", 1, b"A")
    assert answered.acknowledgment == asked.end == 2


def test_a_fin_takes_one_number_too(observed):
    client_fin, server_fin = observed.conversation(DEMO).fins
    assert (client_fin.sequence, server_fin.sequence) == (2, 2)
    assert server_fin.acknowledgment == 3
    assert observed.conversation(DEMO).events[-1].acknowledgment == 3


def test_the_client_closes_first_and_then_the_server(observed):
    conversation = observed.conversation(DEMO)
    assert [fin.sender for fin in conversation.fins] == ["client", "server"]
    assert conversation.closed
    assert conversation.resets == ()
