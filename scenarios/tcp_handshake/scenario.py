"""Sequence numbers account for SYN, data and FIN"""

from lab import Command, Program, Scenario, Tcp

DEMO = Tcp(15000)
TCP_HEADER = 20  # bytes, without options

scenario = Scenario(
    part="B",
    lectures=[3, 6],
    server=Program("server.py", "{answer}", listens_on=DEMO),
    client=[
        Program("client.py", "server", "{word}"),
        # How many bytes one packet may carry on this link, headers of IP and TCP included.
        Command("cat", "/sys/class/net/eth0/mtu"),
    ],
)


def said(observed):
    question = observed.word.encode()
    return question, observed.answer.encode() + b" " + question.upper()


def test_one_word_goes_each_way_and_then_comes_the_end(observed):
    question, answer = said(observed)
    assert observed.server.stdout == [f"heard {question}", "heard b''"]
    assert observed.client["client.py"].stdout == [f"heard {answer}"]


def test_each_syn_takes_one_number_and_is_acknowledged_by_the_next(observed):
    syn, syn_ack, ack, *_ = observed.conversation(DEMO).events
    assert [syn.label, syn_ack.label, ack.label] == ["SYN", "SYN ACK", "ACK"]
    assert syn_ack.acknowledgment == ack.sequence == syn.sequence + 1
    assert ack.acknowledgment == syn_ack.sequence + 1


def test_each_end_chooses_where_its_numbers_start(observed):
    syn, syn_ack, *_ = observed.conversation(DEMO).packets
    assert syn.tcp.sequence != syn_ack.tcp.sequence


def test_both_syns_say_how_much_data_a_segment_may_carry(observed):
    [mtu] = observed.client["cat"].stdout
    syn, syn_ack, ack, *_ = observed.conversation(DEMO).packets
    assert syn.tcp.mss == syn_ack.tcp.mss == int(mtu) - syn.ip.length - TCP_HEADER
    assert ack.tcp.mss is None


def test_each_byte_of_data_takes_one_number(observed):
    asked, answered = segments = observed.conversation(DEMO).data_segments()
    assert [(each.sender, each.payload) for each in segments] == [
        *zip(("client", "server"), said(observed), strict=True)
    ]
    assert (asked.sequence, asked.end) == (1, 7)
    assert (answered.acknowledgment, answered.sequence, answered.end) == (7, 1, 14)


def test_each_kernel_acknowledges_data_in_a_packet_of_its_own(observed):
    alone = [each for each in observed.conversation(DEMO).events if each.pure_ack]
    assert [(each.sender, each.sequence, each.acknowledgment) for each in alone] == [
        ("client", 1, 1),  # the end of the handshake
        ("server", 1, 7),  # the word
        ("client", 7, 14),  # the answer
        ("client", 8, 15),  # the server's FIN
    ]


def test_the_fins_take_one_number_each_the_clients_first(observed):
    conversation = observed.conversation(DEMO)
    client, server = conversation.fins
    assert (client.sender, client.sequence, client.acknowledgment) == ("client", 7, 14)
    assert (server.sender, server.sequence, server.acknowledgment) == ("server", 14, 8)
    assert conversation.events[-1].acknowledgment == 15
    assert conversation.closed
    assert conversation.resets == ()
