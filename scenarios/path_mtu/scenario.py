"""A router reports a packet too big for the next link"""

from dataclasses import replace

from lab import Family, Firewall, Mtu, Program, Scenario, Tcp

DEMO = Tcp(15050)
NARROW = 1400
SMALL, LARGE = 500, 20_000
TOO_BIG = {Family.IPV4: (3, 4), Family.IPV6: (2, 0)}


def steps(lab):
    server = lab.remote.start(Program("server.py", listens_on=DEMO))
    with lab.fault(Mtu(NARROW), on="middle"):
        lab.client.run(Program("client.py", "remote", LARGE))
    # The link is wide again before the firewall goes: the client's kernel has more to send by then.
    with lab.fault(Firewall("icmp"), at="router"), lab.fault(Mtu(NARROW), on="middle"):
        lab.client.run(Program("client.py", "remote", SMALL))
        lab.client.run(Program("client.py", "remote", LARGE, waits=1))
    server.served = True
    server.stop()


scenario = Scenario(
    part="F", lectures=[3], hosts=("client", "router", "router2", "remote"), steps=steps
)


def sizes(observed, talk):
    """Return the lengths of the IP packets that the client sent in a conversation."""
    return [
        packet.ipv4.total_length if packet.ipv4 else 40 + packet.ipv6.payload_length
        for packet in talk.packets
        if packet.source == talk.client
    ]


def complaints(observed, talk):
    """Return type, code and MTU of the ICMP errors about a conversation."""
    icmps = [packet.icmp or packet.icmpv6 for packet in talk.errors]
    return [((icmp.type, icmp.code), icmp.mtu) for icmp in icmps]


def test_over_a_narrow_link_everything_arrives(observed):
    assert observed.client.transcripts[0].stdout == ["connected", f"{LARGE} bytes came"]


def test_the_router_says_that_a_packet_is_too_big_and_what_would_fit(observed):
    honest, *_ = observed.conversations(DEMO)
    assert set(complaints(observed, honest)) == {(TOO_BIG[observed.family], NARROW)}
    sender = observed.router.addresses[observed.family]
    assert {packet.source.ip for packet in honest.errors} == {sender}


def test_the_client_sends_the_same_bytes_again_in_smaller_packets(observed):
    honest, *_ = observed.conversations(DEMO)
    assert max(sizes(observed, honest)) > NARROW
    arrived, *_ = observed.conversations(DEMO, at="remote")
    assert max(sizes(observed, arrived)) <= NARROW
    assert len(arrived.sent) == LARGE + 6
    assert honest.retransmissions != ()


def test_where_the_complaint_is_hidden_small_messages_work_all_the_same(observed):
    assert observed.client.transcripts[1].stdout == ["connected", f"{SMALL} bytes came"]


def test_where_the_complaint_is_hidden_large_ones_vanish(observed):
    connected, error = observed.client.transcripts[2].stdout
    assert connected == "connected"
    assert error.startswith("TimeoutError: ")


def test_the_client_sends_its_large_packet_again_and_never_hears_why(observed):
    _, _, hole = observed.conversations(DEMO)
    assert complaints(observed, hole) == []
    assert hole.retransmissions != ()
    assert max(sizes(observed, hole)) > NARROW


def test_no_large_packet_was_seen_behind_the_router(observed):
    talks = observed.conversations(DEMO, at="remote")
    assert len(talks) == 3
    for talk, run in zip(talks, observed.client.transcripts, strict=True):
        # What a kernel still has to send when its program has ended goes over a wide link again.
        meanwhile = [packet for packet in talk.packets if packet.time_ns <= run.ended_ns]
        assert max(sizes(observed, replace(talk, packets=tuple(meanwhile)))) <= NARROW
