"""A router reports a packet too big for the next link"""

from lab import Firewall, Mtu, Program, Scenario, Tcp

DEMO = Tcp(15050)
NARROW = 1400
SMALL, LARGE = 500, 20_000


def steps(lab):
    lab.remote.start(Program("server.py", "{answer}", listens_on=DEMO, serves=True))
    with lab.fault(Mtu(NARROW), on="middle"):
        lab.client.run(Program("client.py", "remote", LARGE, "{word}"), name="reported")
    # The link is wide again before the firewall goes: the client's kernel has more to send by then.
    with lab.fault(Firewall("icmp"), at="router"), lab.fault(Mtu(NARROW), on="middle"):
        lab.client.run(Program("client.py", "remote", SMALL, "{word2}"), name="small")
        lab.client.run(Program("client.py", "remote", LARGE, "{word3}", waits=3), name="hidden")


scenario = Scenario(
    part="F", lectures=[3], hosts=("client", "router", "router2", "remote"), steps=steps
)


def talk(observed, program, at="client"):
    """Return the conversation of one of the client's programs."""
    return observed.conversation(DEMO, at=at, during=observed.client[program])


def sizes(conversation):
    """Return the lengths of the IP packets with the client's data."""
    return [segment.packet.ip.size for segment in conversation.data_segments("client")]


def assert_everything_arrives(observed, program, length, word):
    came = f"{length} bytes that end with {word}"
    arrived = talk(observed, program, at="remote")
    assert arrived.sent.decode() == f"{length:06}{word:.>{length}}"
    assert arrived.turns == ["client", "server"]
    assert came in observed.remote.stdout
    assert observed.client[program].stdout == ["connected", f"{observed.answer} has {came}"]


def test_over_a_narrow_link_everything_arrives(observed):
    assert_everything_arrives(observed, "reported", LARGE, observed.word)


def test_the_router_says_that_a_packet_is_too_big_and_what_would_fit(observed):
    errors = talk(observed, "reported").icmp_errors
    assert {(error.kind, error.mtu) for error in errors} == {("packet too big", NARROW)}
    assert {error.sender for error in errors} == {observed.router.address}


def test_the_client_sends_the_same_bytes_again_in_smaller_packets(observed):
    sent, arrived = talk(observed, "reported"), talk(observed, "reported", at="remote")
    assert max(sizes(sent)) > NARROW >= max(sizes(arrived))
    assert sent.retransmissions != ()


def test_where_the_complaint_is_hidden_small_messages_work_all_the_same(observed):
    assert_everything_arrives(observed, "small", SMALL, observed.word2)


def test_where_the_complaint_is_hidden_large_ones_vanish_and_nobody_hears_why(observed):
    connected, error = observed.client["hidden"].stdout
    assert connected == "connected"
    assert error.startswith("TimeoutError: ")
    hidden = talk(observed, "hidden")
    assert hidden.errors == ()
    assert hidden.retransmissions != ()
    assert max(sizes(hidden)) > NARROW


def test_no_large_packet_was_seen_behind_the_router(observed):
    for program in observed.client.transcripts:
        # What a kernel still has to send when its program has ended goes over a wide link again.
        meanwhile = observed.packets("remote", during=program)
        assert max(packet.ip.size for packet in meanwhile if packet.tcp) <= NARROW
