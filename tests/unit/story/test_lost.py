"""A packet that was lost is drawn to where it was seen last, where that host is in the picture."""

from __future__ import annotations

import frames
import pytest
from played import timeline_of

from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.story.mermaid import mermaid
from lab.story.page.ladder.drawing import ArrowShape, Drawing
from lab.story.page.ladder.frame import WIDE
from lab.story.page.ladder.layout import lay_out
from lab.story.terminal.render import render_text
from lab.wire.address import Family, Link
from lab.wire.packet import Packet, decode
from lab.wire.packet.header.number import UDP
from lab.wire.pcap import Capture

HOSTS = {
    "client": ("lan",),
    "router": ("lan", "middle"),
    "router2": ("middle", "far"),
    "remote": ("far",),
}
TAPS = [(host, network) for host, networks in HOSTS.items() for network in networks]
FIRST, LAST = "10.77.0.10", "10.77.2.30"
ADDRESSES = {"client": FIRST, "router": "10.77.0.2", "router2": "10.77.1.3", "remote": LAST}
COLUMNS = 150
"""Cells: room for four hosts side by side."""


def mac(host: str, network: str) -> str:
    return f"02:00:00:00:{list(HOSTS).index(host):02x}:{HOSTS[host].index(network):02x}"


def frame(tap: int, words: bytes, port: int) -> Packet:
    """Return the packet as it is seen at a tap: one microsecond after the tap before."""
    carried = frames.udp(words, ports=(port, 7), between=(FIRST, LAST))
    sender, receiver = (TAPS[at] for at in (tap - tap % 2, tap - tap % 2 + 1))
    data = frames.frame(
        carried,
        UDP,
        (FIRST, LAST),
        cards=(mac(*sender), mac(*receiver)),
        identification=port,
        hops=9 - tap // 2,
    )
    return decode(data, time_ns=port * 1_000_000 + tap * 1000, number=port)


def sent(*seen: int, drawn: tuple[str, ...] = tuple(HOSTS)) -> Observation:
    """Return a run in which each packet was ``seen`` at so many taps; six is all of them.

    A host is in the picture where a program ran on it.
    """
    hosts = []
    for host, networks in HOSTS.items():
        captures = {
            network: [
                frame(TAPS.index((host, network)), b"hello", 1000 + number)
                for number, taps in enumerate(seen)
                if TAPS.index((host, network)) < taps
            ]
            for network in networks
        }
        made = {name: capture_of(host, packets) for name, packets in captures.items()}
        ran = Transcript(host, "a.py", exit_status=0, started_ns=999_000_000, ended_ns=10**10)
        hosts.append(
            HostObservation(
                host,
                {Family.IPV4: ADDRESSES[host]},
                transcripts=(ran,) if host in drawn else (),
                capture=made[networks[0]],
                links=tuple(Link(network, mac(host, network), {}) for network in networks),
                captures=made,
            )
        )
    names = {address: host for host, address in ADDRESSES.items()}
    return Observation("lost", Family.IPV4, tuple(hosts), names, started_ns=0, ended_ns=10**10)


def capture_of(host: str, packets: list[Packet]) -> Capture:
    return Capture(tuple(packets), dropped=0, host=host)


def crosses(observation: Observation) -> list[str]:
    """Return left of which host's column, or before which, each lost packet's cross is drawn."""
    text = render_text(timeline_of(observation), width=COLUMNS, color=False)
    heading, *rows = text.partition("    ms  ")[2].splitlines()
    # The heading's own first words were cut off with the time.
    columns = {host: heading.index(f"{host} 10.") + len("    ms  ") for host in HOSTS}
    found = []
    for row in rows:
        if "─✗" in row:
            at = row.index("✗")
            beyond = [host for host, column in columns.items() if column < at]
            nearest = next(host for host, column in columns.items() if column > at)
            found.append(f"at {nearest}" if columns[nearest] - at == 2 else f"past {beyond[-1]}")
    return found


def ways(observation: Observation) -> list[tuple[ArrowShape, Drawing]]:
    drawing = lay_out(timeline_of(observation), WIDE)
    return [(part, drawing) for part in drawing.shapes if isinstance(part, ArrowShape)]


@pytest.mark.parametrize(
    ("taps", "where"),
    [(1, "past client"), (2, "at router"), (3, "past router"), (4, "at router2")],
)
def test_a_cross_stands_where_the_packet_was_seen_last(taps: int, where: str) -> None:
    assert crosses(sent(6, taps)) == [where]


@pytest.mark.parametrize(("taps", "host"), [(2, "router"), (4, "router2")])
def test_on_the_page_it_stands_there_too(taps: int, host: str) -> None:
    whole, lost = ways(sent(6, taps))
    assert not whole[0].lost
    assert lost[0].lost
    way, drawing = lost
    places = {head.name: drawing.lifelines[index].x for index, head in enumerate(drawing.heads)}
    assert list(places) == list(HOSTS)
    assert way.x2 == places[host]


def test_a_packet_that_went_on_from_a_router_is_lost_behind_it_on_the_page() -> None:
    (way, drawing) = ways(sent(6, 3))[1]
    assert drawing.lifelines[1].x < way.x2 < drawing.lifelines[2].x


@pytest.mark.parametrize(("taps", "host"), [(2, "router"), (4, "router2")])
def test_in_an_opened_fold_it_stands_there_too(taps: int, host: str) -> None:
    drawing = lay_out(timeline_of(sent(*[taps] * 200)), WIDE)
    places = {head.name: drawing.lifelines[index].x for index, head in enumerate(drawing.heads)}
    ((piece,),) = drawing.folds
    ends = {part.x2 for part in piece.shapes if isinstance(part, ArrowShape)}
    assert ends == {places[host]}


def test_in_a_diagram_it_goes_to_who_saw_it_last() -> None:
    lines = mermaid(timeline_of(sent(6, 2, 4))).splitlines()
    assert [line.strip().partition(":")[0] for line in lines if "-x" in line] == [
        "h0-xh1",
        "h0-xh2",
    ]


def test_in_a_diagram_one_that_only_its_sender_saw_goes_to_whom_it_was_for() -> None:
    lines = mermaid(timeline_of(sent(6, 1))).splitlines()
    assert [line.strip().partition(":")[0] for line in lines if "-x" in line] == ["h0-xh3"]


def test_where_that_host_is_not_in_the_picture_the_note_says_which_it_was() -> None:
    observation = sent(2, drawn=("client", "remote"))
    text = render_text(timeline_of(observation), width=COLUMNS, color=False)
    assert "✗" in text
    assert "seen last at router (on lan)" in text
    assert "router 10.77.0.2" not in text


def test_hosts_stand_side_by_side_in_the_order_in_which_packets_come_by_them() -> None:
    heading = render_text(timeline_of(sent(6)), width=COLUMNS, color=False).partition("    ms  ")[2]
    places = [heading.index(f"{host} 10.") for host in HOSTS]
    assert places == sorted(places)
