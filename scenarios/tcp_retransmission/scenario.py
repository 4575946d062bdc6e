"""TCP sends a lost segment again"""

import pytest

from lab import Loss, Program, Routes, Scenario, Tcp

DEMO = Tcp(15010)
LOST, OTHERS = 3, [1, 2, 4, 5]
FIRST_TIMEOUT = 1.0  # seconds that a kernel waits for the answer to its first SYN (RFC 6298)
SHORTEST = 0.19  # Linux never waits less than 200 ms for an acknowledgement before it sends again


def steps(lab):
    server = lab.remote.start(Program("server.py", "{answer}", listens_on=DEMO))
    with (
        lab.fault(Loss(nth=1, of=DEMO, having="SYN"), on="middle", towards="remote"),
        lab.fault(Loss(nth=3, of=DEMO, having="data"), on="middle", towards="remote"),
    ):
        lab.client.run(Program("client.py", "remote", "{word}", waits=FIRST_TIMEOUT + 0.3))
    lab.remote.finish(server, within=10)


scenario = Scenario(
    part="F", lectures=[3, 6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def times(observed):
    """Return the seconds that the client's lines tell of, by what came to pass."""
    found = observed.client.findall(r"^(.+) after ([\d.]+) s$")
    return {what: float(seconds) for what, seconds in found}


def syns(observed, at="client"):
    """Return the client's SYNs, each time that one crossed."""
    return [each for each in observed.conversation(DEMO, at=at).events if each.label == "SYN"]


def carrying(observed, number, at="client"):
    """Return the client's segments with just this line, each time that one crossed."""
    line = f"{observed.word} {number}\n".encode()
    segments = observed.conversation(DEMO, at=at).data_segments("client")
    return [segment for segment in segments if segment.payload == line]


def last_seen(observed, segments):
    """Return the host and the network where each of these segments was seen last."""
    routes = Routes(observed)
    ends = [routes.of("client", "lan", segment.packet).last for segment in segments]
    return [(end.host, end.network) for end in ends]


def test_every_line_is_answered_once_and_in_order(observed):
    answers = [f"{observed.answer} {observed.word} {number}" for number in range(1, 6)]
    assert list(times(observed)) == ["connected", *answers]
    for host in ("client", "remote"):
        conversation = observed.conversation(DEMO, at=host)
        assert conversation.turns == ["client", "server"] * 5
        assert conversation.received.decode().splitlines() == answers


def test_the_connection_takes_as_long_as_the_kernel_waits_before_it_sends_its_syn_again(observed):
    first, second, *_ = syns(observed)
    assert FIRST_TIMEOUT * 0.95 <= second.after(first) <= times(observed)["connected"]


def test_the_lost_line_takes_longer_than_every_other(observed):
    _, *lines = times(observed).values()
    first, *_, last = carrying(observed, LOST)
    assert SHORTEST < last.after(first) <= lines[LOST - 1] == max(lines)


def test_the_first_syn_is_lost_behind_the_router_and_the_second_repeats_its_number(observed):
    first, second, *late = syns(observed)
    assert last_seen(observed, [first, second]) == [("router", "lan"), ("remote", "far")]
    assert first.packet.tcp.sequence == second.packet.tcp.sequence
    # On a busy machine the kernel may send one more, a second after that.
    assert len(syns(observed, at="remote")) == 1 + len(late)


def test_the_lost_bytes_go_again_under_the_same_sequence_number(observed):
    segments = carrying(observed, LOST)
    first, *_, last = last_seen(observed, segments)
    assert (first, last) == (("router", "lan"), ("remote", "far"))
    assert len({segment.sequence for segment in segments}) == 1
    assert observed.conversation(DEMO, at="client").retransmissions != ()


@pytest.mark.parametrize("host", ["client", "remote"])
def test_what_was_not_lost_was_sent_once(observed, host):
    _, *lines = times(observed).values()
    # What waited longer, on a busy machine, its kernel may have sent again.
    soon = [number for number in OTHERS if lines[number - 1] < SHORTEST]
    assert soon != []
    assert [len(carrying(observed, number, at=host)) for number in soon] == [1] * len(soon)


def test_an_ack_names_what_came_twice_and_not_the_line_that_came_once(observed):
    conversation = observed.conversation(DEMO, at="client")
    again = [e for e in conversation.retransmissions if e.sender == "server" and e.length]
    again += carrying(observed, LOST, at="remote")[1:]
    assert sorted(e.payload for e in conversation.came_twice) == sorted(e.payload for e in again)
