"""UDP loses messages where TCP sends them again"""

import pytest

from lab import Loss, Program, Scenario, Tcp, Udp

BY_TCP, BY_UDP = Tcp(15030), Udp(15031)
NUMBERS = list(range(1, 1001))
SEED = 7  # the path loses the 9th packet, the 22nd …: early enough for a short run


def steps(lab):
    for service, name in ((BY_TCP, "tcp"), (BY_UDP, "udp")):
        server = lab.remote.start(Program(f"{name}_server.py", listens_on=service))
        loss = Loss(share=0.05, seed=SEED, of=service)
        with lab.fault(loss, on="middle", towards="remote"), lab.waits():
            lab.client.run(Program(f"{name}_client.py", "remote"))
            lab.remote.finish(server, within=12)


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def missing(observed):
    """Return the numbers that the UDP server says did not come."""
    ((numbers,),) = observed.remote["udp_server.py"].findall("^missing:(.*)")
    return [int(number) for number in numbers.split()]


def datagrams(observed, at):
    """Return the numbers that the datagrams at a host carry."""
    return [int(data) for data in observed.conversation(BY_UDP, at=at).said("client")]


def test_by_tcp_all_messages_come_and_in_order(observed):
    printed = observed.remote["tcp_server.py"].stdout
    assert printed == ["1000 messages came, in order", "missing:"]
    whole = "".join(f"{number:<99}\n" for number in NUMBERS).encode()
    assert observed.conversation(BY_TCP, at="remote").sent == whole


def test_by_udp_some_do_not_come(observed):
    ((count,),) = observed.remote["udp_server.py"].findall("^(.+) messages came")
    assert 0 < int(count) < 1000
    assert missing(observed) != []


def test_the_gaps_are_just_the_datagrams_that_were_sent_and_never_seen_at_the_far_host(observed):
    sent, arrived = datagrams(observed, at="client"), datagrams(observed, at="remote")
    assert missing(observed) == sorted(set(sent) - set(arrived))
    assert sorted(sent) == NUMBERS


def test_tcp_sends_again_what_was_lost(observed):
    assert observed.conversation(BY_TCP, at="client").retransmissions != ()


def test_udp_sends_each_message_once_and_nothing_again(observed):
    assert sorted(datagrams(observed, at="client")) == NUMBERS


@pytest.mark.parametrize("service", [BY_TCP, BY_UDP], ids=str)
def test_the_path_lost_packets_of_both(observed, service):
    sent = observed.conversation(service, at="client").packets
    assert len(observed.conversation(service, at="remote").packets) < len(sent)
