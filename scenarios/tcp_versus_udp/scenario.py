"""UDP loses messages where TCP sends them again"""

import pytest

from lab import Loss, Program, Scenario, Tcp, Udp

BY_TCP, BY_UDP = Tcp(15030), Udp(15031)
COUNT = 500
EARLY = 7  # with this seed the path loses the 9th packet, the 22nd …: TCP sends few of them


def steps(lab):
    for service, name, word, seed in (
        (BY_TCP, "tcp", "{word}", EARLY),
        (BY_UDP, "udp", "{word2}", lab.number),
    ):
        server = lab.remote.start(Program(f"{name}_server.py", listens_on=service))
        loss = Loss(share=0.05, seed=seed, of=service)
        with lab.fault(loss, on="middle", towards="remote"), lab.waits():
            lab.client.run(Program(f"{name}_client.py", "remote", word))
            lab.remote.finish(server, within=30)


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def messages(word):
    return [f"{number:<52} {word}\n".encode() for number in range(1, COUNT + 1)]


def datagrams(observed, at):
    return observed.conversation(BY_UDP, at=at).said("client")


def test_by_tcp_all_messages_come_and_in_order(observed):
    printed = observed.remote["tcp_server.py"].stdout
    assert printed == [f"{COUNT} messages came, in order", f"they say: {observed.word}", "missing:"]
    assert observed.conversation(BY_TCP, at="remote").sent == b"".join(messages(observed.word))


def test_by_udp_some_do_not_come(observed):
    arrived = len(datagrams(observed, at="remote"))
    assert 0 < arrived < COUNT
    said = [f"{arrived} messages came, in order", f"they say: {observed.word2}"]
    assert observed.remote["udp_server.py"].stdout[:2] == said


def test_the_gaps_are_just_the_datagrams_that_were_sent_and_never_seen_at_the_far_host(observed):
    lost = set(datagrams(observed, at="client")) - set(datagrams(observed, at="remote"))
    numbers = sorted(int(message.split()[0]) for message in lost)
    assert numbers != []
    assert observed.remote["udp_server.py"].stdout[2].split() == ["missing:", *map(str, numbers)]


def test_tcp_sends_again_what_was_lost(observed):
    assert observed.conversation(BY_TCP, at="client").retransmissions != ()


def test_udp_sends_each_message_once_and_nothing_again(observed):
    assert sorted(datagrams(observed, at="client")) == sorted(messages(observed.word2))


@pytest.mark.parametrize("service", [BY_TCP, BY_UDP])
def test_no_server_says_a_word(observed, service):
    assert observed.conversation(service, at="remote").received == b""


@pytest.mark.parametrize("service", [BY_TCP, BY_UDP])
def test_the_path_lost_packets_of_both(observed, service):
    sent = observed.conversation(service, at="client").packets
    assert len(observed.conversation(service, at="remote").packets) < len(sent)
