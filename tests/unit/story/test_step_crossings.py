"""The packets of a walk are the same, told step by step or all at once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from played import Play, connected, hello
from routed import translated

from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Routes
from lab.story.steps.crossings import Crossings
from lab.wire.address import Family
from lab.wire.pcap import Capture


def lossy() -> Observation:
    """Return a run in which a segment is lost and sent again, and an ACK comes twice."""
    play = connected()
    play.tcp("client", "PSH ACK", b"violet", lost=True)
    play.wait(200)
    play.next["client"] -= len(b"violet")
    play.tcp("client", "PSH ACK", b"violet")
    play.tcp("server", "ACK")
    play.tcp("server", "PSH ACK", b"HTTP/1.1 200 OK\r\n\r\n")
    play.closes()
    return play.observation()


def greets() -> Observation:
    """Return a run of HTTP, whose lines are read from the stream and not from one segment."""
    play = connected()
    play.tcp("client", "PSH ACK", b"GET / HTTP/1.1\r\nHost: ser")
    play.tcp("client", "PSH ACK", b"ver\r\n\r\n")
    play.tcp("server", "PSH ACK", b"HTTP/1.1 404 Not")
    play.tcp("server", "PSH ACK", b" Found\r\n\r\n")
    play.closes()
    return play.observation()


def datagrams() -> Observation:
    """Return a run of datagrams, one of them lost."""
    play = Play(Family.IPV6)
    play.udp("client", "server", b"one")
    play.udp("client", "server", b"two", lost=True)
    play.udp("server", "client", b"three", ports=(15001, 40000))
    return play.observation()


RUNS = [hello().observation(), lossy(), greets(), datagrams(), translated()]


def parts(observation: Observation, bounds: list[int]) -> list[Observation]:
    """Return an observation cut at these moments, as taps give it while a run goes on."""
    spans = zip([0, *bounds], [*bounds, 2**63], strict=True)
    return [
        replace(observation, hosts=tuple(cut(host, *span) for host in observation.hosts))
        for span in spans
    ]


def cut(host: HostObservation, after: int, until: int) -> HostObservation:
    def within(capture: Capture) -> Capture:
        found = (each for each in capture.packets if after <= each.time_ns < until)
        return replace(capture, packets=tuple(found))

    captures = {network: within(capture) for network, capture in host.captures.items()}
    return replace(host, capture=within(host.capture) if host.capture else None, captures=captures)


@given(run=st.sampled_from(RUNS), chosen=st.data())
def test_packets_told_step_by_step_are_those_of_the_whole_run(
    run: Observation, chosen: st.DataObject
) -> None:
    begins = [route.first.packet.time_ns for route in Routes(run)]
    bounds = chosen.draw(st.lists(st.sampled_from(begins), unique=True).map(sorted))
    steps = Crossings()
    told = [each for part in parts(run, bounds) for each in steps.of(part)]
    assert told == Crossings().of(run)


def test_a_packet_is_told_by_what_crossed_in_earlier_steps() -> None:
    run = lossy()
    begins = [route.first.packet.time_ns for route in Routes(run)]
    steps = Crossings()
    told = [each.text for part in parts(run, begins) for each in steps.of(part)]
    assert told.count('"violet" 6 B retransmission') == 1, told
