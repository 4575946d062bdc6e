"""UDP loses messages where TCP sends them again"""

from lab import Loss, Program, Scenario, Tcp, Udp

BY_TCP, BY_UDP = Tcp(15030), Udp(15031)
MESSAGES = range(1, 1001)
LOSS = 0.05
SEED = 7  # the path loses the 9th packet, the 22nd …: early enough for a short run


def steps(lab):
    for service, name in ((BY_TCP, "tcp"), (BY_UDP, "udp")):
        server = lab.remote.start(Program(f"{name}_server.py", listens_on=service))
        loss = Loss(share=LOSS, seed=SEED, of=service)
        with lab.fault(loss, on="middle", towards="remote"), lab.waits():
            lab.client.run(Program(f"{name}_client.py", "remote"))
            lab.remote.finish(server, within=12 * lab.deadline_scale)


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def told(observed, program):
    """Return what a server said: how many came, in what order, and which are missing."""
    first, second = observed.remote[program].stdout
    count, _, order = first.partition(" messages came, ")
    return int(count), order, [int(number) for number in second.removeprefix("missing:").split()]


def datagrams(observed, at):
    """Return the numbers that the datagrams at a host carry."""
    talk = observed.conversation(BY_UDP, at=at)
    return [int(datagram.data) for datagram in talk.datagrams]


def test_by_tcp_all_messages_come_and_in_order(observed):
    assert told(observed, "tcp_server.py") == (len(MESSAGES), "in order", [])


def test_by_udp_some_do_not_come(observed):
    count, _, missing = told(observed, "udp_server.py")
    assert 0 < count < len(MESSAGES)
    assert missing != []


def test_the_gaps_are_just_the_datagrams_that_were_sent_and_never_seen_at_the_far_host(observed):
    sent, arrived = datagrams(observed, "client"), datagrams(observed, "remote")
    _, _, missing = told(observed, "udp_server.py")
    assert missing == sorted(set(sent) - set(arrived))
    assert sorted(sent) == list(MESSAGES)


def test_tcp_sends_again_what_was_lost(observed):
    assert observed.conversation(BY_TCP, at="client").retransmissions != ()


def test_udp_sends_nothing_again(observed):
    sent = datagrams(observed, "client")
    assert len(sent) == len(set(sent)) == len(MESSAGES)


def test_the_path_lost_packets_of_both(observed):
    for service in (BY_TCP, BY_UDP):
        sent = observed.conversation(service, at="client").packets
        arrived = observed.conversation(service, at="remote").packets
        assert len(arrived) < len(sent)


def test_the_bytes_that_tcp_delivers_are_the_bytes_that_were_sent(observed):
    whole = "".join(f"{number:<99}\n" for number in MESSAGES).encode()
    assert observed.conversation(BY_TCP, at="remote").sent == whole
