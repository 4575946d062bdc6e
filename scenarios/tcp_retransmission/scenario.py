"""TCP sends a lost segment again"""

import re

from lab import Loss, Program, Scenario, Tcp
from lab.observation.route import Routes
from lab.wire.packet.transport.tcp import Flags

DEMO = Tcp(15010)
LINES = [f"line {number}" for number in range(1, 6)]
LOST = "line 3"
FIRST_TIMEOUT = 1.0  # seconds that a kernel waits for the answer to its first SYN (RFC 6298)


def steps(lab):
    server = lab.remote.start(Program("server.py", listens_on=DEMO))
    first_syn = Loss(nth=1, of=DEMO, having="SYN")
    third_segment = Loss(nth=3, of=DEMO, having="data")
    with (
        lab.fault(first_syn, on="middle", towards="remote"),
        lab.fault(third_segment, on="middle", towards="remote"),
    ):
        lab.client.run(Program("client.py", "remote", waits=FIRST_TIMEOUT + 0.3))
    lab.remote.finish(server, within=3)


scenario = Scenario(
    part="F", lectures=[3, 6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def took(observed):
    """Return the seconds that each line of the client's output tells of, by what came to pass."""
    found = re.findall(r"^(.+) after ([\d.]+) s$", "\n".join(observed.client.stdout), re.MULTILINE)
    return {what: float(seconds) for what, seconds in found}


def syns(observed, at):
    return [
        packet.tcp.sequence
        for packet in observed.conversation(DEMO, at=at).packets
        if packet.tcp.flags == Flags.SYN
    ]


def segments(observed, line, at):
    """Return the sequence numbers of the client's segments that carry a line."""
    wanted = f"{line}\n".encode()
    talk = observed.conversation(DEMO, at=at)
    return [
        packet.tcp.sequence
        for packet in talk.packets
        if packet.payload == wanted and packet.source == talk.client
    ]


def ways(observed, *, syn=False):
    """Return where each of the client's SYNs, or each packet with the lost line, was seen last."""
    found = []
    for path in Routes(observed):
        first = path.sightings[0]
        if first.host == "client" and (tcp := first.packet.tcp):
            is_wanted = (
                tcp.flags == Flags.SYN if syn else first.packet.payload == f"{LOST}\n".encode()
            )
            found += [(path.last.host, path.last.network)] if is_wanted else []
    return found


def test_every_line_comes_back_once_and_in_order(observed):
    assert list(took(observed)) == ["connected", *LINES]
    assert observed.client.exit_status == 0


def test_the_connection_takes_as_long_as_the_kernel_waits_before_it_sends_its_syn_again(observed):
    assert took(observed)["connected"] >= FIRST_TIMEOUT * 0.95


def test_the_lost_line_takes_longer_than_every_other(observed):
    times = took(observed)
    assert times[LOST] == max(times[line] for line in LINES)
    # The kernel never waits less than 200 ms for an acknowledgement before it sends again.
    assert times[LOST] > 0.19


def test_the_first_syn_is_sent_and_never_seen_behind_the_router(observed):
    assert ways(observed, syn=True) == [("router", "lan"), ("remote", "far")]


def test_the_second_syn_has_the_sequence_number_of_the_first(observed):
    first, second = syns(observed, at="client")
    assert first == second
    assert len(syns(observed, at="remote")) == 1


def test_the_third_segment_is_sent_and_never_seen_behind_the_router(observed):
    assert ways(observed)[0] == ("router", "lan")
    assert ways(observed)[-1] == ("remote", "far")


def test_the_same_bytes_go_again_under_the_same_sequence_number(observed):
    first, *again = segments(observed, LOST, at="client")
    assert again != []
    assert set(again) == {first}
    assert observed.conversation(DEMO, at="client").retransmissions != ()


def test_what_was_not_lost_was_sent_once(observed):
    for line in LINES:
        if line != LOST:
            assert len(segments(observed, line, at="client")) == 1
            assert len(segments(observed, line, at="remote")) == 1
