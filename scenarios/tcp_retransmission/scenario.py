"""TCP sends a lost segment again"""

import pytest

from lab import Loss, Program, Routes, Scenario, Tcp

DEMO = Tcp(15010)
LOST = b"line 3\n"
OTHERS = [b"line 1\n", b"line 2\n", b"line 4\n", b"line 5\n"]
FIRST_TIMEOUT = 1.0  # seconds that a kernel waits for the answer to its first SYN (RFC 6298)


def steps(lab):
    server = lab.remote.start(Program("server.py", listens_on=DEMO))
    with (
        lab.fault(Loss(nth=1, of=DEMO, having="SYN"), on="middle", towards="remote"),
        lab.fault(Loss(nth=3, of=DEMO, having="data"), on="middle", towards="remote"),
    ):
        lab.client.run(Program("client.py", "remote", waits=FIRST_TIMEOUT + 0.3))
    lab.remote.finish(server, within=3)


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


def carrying(observed, line, at="client"):
    """Return the client's segments with just this line, each time that one crossed."""
    segments = observed.conversation(DEMO, at=at).data_segments("client")
    return [segment for segment in segments if segment.payload == line]


def last_seen(observed, segments):
    """Return the host and the network where each of these segments was seen last."""
    routes = Routes(observed)
    ends = [routes.of("client", "lan", segment.packet).last for segment in segments]
    return [(end.host, end.network) for end in ends]


def test_every_line_comes_back_once_and_in_order(observed):
    assert list(times(observed)) == ["connected", "line 1", "line 2", "line 3", "line 4", "line 5"]
    assert observed.client.exit_status == 0


def test_the_connection_takes_as_long_as_the_kernel_waits_before_it_sends_its_syn_again(observed):
    assert times(observed)["connected"] >= FIRST_TIMEOUT * 0.95


def test_the_lost_line_takes_longer_than_every_other(observed):
    _, *lines = times(observed).values()
    assert times(observed)["line 3"] == max(lines)
    # The kernel never waits less than 200 ms for an acknowledgement before it sends again.
    assert max(lines) > 0.19


def test_the_first_syn_is_sent_and_never_seen_behind_the_router(observed):
    assert last_seen(observed, syns(observed)) == [("router", "lan"), ("remote", "far")]


def test_the_second_syn_has_the_sequence_number_of_the_first(observed):
    first, second = syns(observed)
    assert first.packet.tcp.sequence == second.packet.tcp.sequence
    assert len(syns(observed, at="remote")) == 1


def test_the_third_segment_is_sent_and_never_seen_behind_the_router(observed):
    first, *_, last = last_seen(observed, carrying(observed, LOST))
    assert (first, last) == (("router", "lan"), ("remote", "far"))


def test_the_same_bytes_go_again_under_the_same_sequence_number(observed):
    first, *again = [segment.sequence for segment in carrying(observed, LOST)]
    assert again != []
    assert set(again) == {first}
    assert observed.conversation(DEMO, at="client").retransmissions != ()


@pytest.mark.parametrize("host", ["client", "remote"])
def test_what_was_not_lost_was_sent_once(observed, host):
    assert [len(carrying(observed, line, at=host)) for line in OTHERS] == [1, 1, 1, 1]
