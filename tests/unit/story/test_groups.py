"""What a story tells of packets that are for many hosts."""

from __future__ import annotations

import pytest
from played import ON_THE_WAY_NS, Play, address, mac, timeline_of

from lab.story.mermaid import mermaid
from lab.story.terminal.render import render_text
from lab.wire.address import Family
from lab.wire.packet import Ethernet, Ipv4, Ipv6, Udp
from lab.wire.packet.header.number import ETHERTYPE_IPV4, ETHERTYPE_IPV6, UDP

ALL_CARDS = "ff:ff:ff:ff:ff:ff"
EVERYBODY, GROUP, GROUP6 = "10.77.0.255", "239.77.0.7", "ff12::7:7"


def listening(family: Family = Family.IPV4) -> Play:
    play = Play(family, tapped=("client", "server", "dns"))
    for host in ("server", "dns"):
        play.runs(host, "listen.py")
    play.runs("client", "shout.py")
    play.wait(20)
    return play


def shout(
    play: Play,
    target: str,
    words: bytes,
    *heard: str,
    card: str = ALL_CARDS,
    sender: str = "client",
) -> None:
    """Let a host's datagram for many cross, as the taps of ``heard`` see it."""
    source = address(sender, play.family)
    carried = Udp.encode(words, source_port=40000, destination_port=15007, between=(source, target))
    if play.family is Family.IPV4:
        whole = Ipv4.encode(carried, source=source, destination=target, protocol=UDP)
        kind = ETHERTYPE_IPV4
    else:
        whole = Ipv6.encode(carried, source=source, destination=target, next_header=UDP)
        kind = ETHERTYPE_IPV6
    frame = Ethernet.encode(whole, source=mac(sender), destination=card, ethertype=kind)
    play.frame(sender, frame, play.time_ns)
    for host in heard:
        play.frame(host, frame, play.time_ns + ON_THE_WAY_NS)
    play.wait(1)


def told(play: Play, width: int = 80) -> str:
    return render_text(timeline_of(play.observation()), width=width, color=False)


def ladders(text: str) -> dict[str, str]:
    """Return the ladders of a story by the host in their right column."""
    parts = text.split("\n    ms  ")[1:]
    return {part.splitlines()[0].split("wire")[-1].split()[0]: part for part in parts}


def test_a_broadcast_is_drawn_to_each_host_that_it_reached() -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", "server", "dns")
    drawn = ladders(told(play))
    assert '"Hello" 5 B' in drawn["server"]
    assert '"Hello" 5 B' in drawn["dns"]


def test_a_group_s_datagram_is_not_drawn_to_a_host_that_it_did_not_reach() -> None:
    play = listening()
    shout(play, EVERYBODY, b"everybody", "server", "dns")
    shout(play, GROUP, b"group", "server", card="01:00:5e:4d:00:07")
    drawn = ladders(told(play))
    assert '"group" 5 B' in drawn["server"]
    assert '"group" 5 B' not in drawn["dns"]


def test_what_reached_nobody_is_drawn_as_lost() -> None:
    play = listening()
    shout(play, GROUP, b"group", card="01:00:5e:4d:00:07")
    text = told(play)
    assert "lost" in text
    assert "✗ on the wire: sent, and never seen at the receiver" in text


def test_equal_packets_for_many_are_told_apart_by_their_order() -> None:
    play = listening(Family.IPV6)
    for _ in range(2):
        shout(play, GROUP6, b"again", "server", "dns", card="33:33:00:07:00:07")
    text = told(play)
    assert ladders(text)["server"].count('"again" 5 B') == 2
    assert "lost" not in text


def test_of_equal_packets_the_one_that_nobody_saw_is_the_lost_one() -> None:
    play = listening(Family.IPV6)
    shout(play, GROUP6, b"again", "server", card="33:33:00:07:00:07")
    shout(play, GROUP6, b"again", card="33:33:00:07:00:07")
    assert told(play).count("lost") == 2  # once in the ladder of each host that listened


@pytest.mark.parametrize(("heard", "far"), [(("server",), "server"), (("server", "dns"), "dns")])
def test_in_one_ladder_the_arrow_ends_at_the_farthest_host_reached(
    heard: tuple[str, ...], far: str
) -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", *heard)
    heading, *rows = told(play, width=160).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    columns = {host: heading.index(host) for host in ("client", "server", "dns")}
    right = columns["dns"] if far == "server" else len(row)
    assert columns["client"] < row.index("─") < columns["server"]
    assert columns[far] - 5 <= row.rindex("▶") < right


def test_in_one_ladder_the_arrow_touches_each_host_on_its_way_that_it_reached() -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", "server", "dns")
    heading, *rows = told(play, width=120).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    places = [at for at, sign in enumerate(row) if sign == "▶"]
    # The time's column is left of what the heading begins with here.
    columns = [heading.index(host) + len("    ms  ") for host in ("server", "dns")]
    assert [column - place for column, place in zip(columns, places, strict=True)] == [2, 2]


def test_an_arrow_goes_to_both_sides_where_it_reached_hosts_on_both() -> None:
    play = listening()
    shout(play, EVERYBODY, b"first", "server", "dns")
    shout(play, EVERYBODY, b"Hello", "client", "dns", sender="server")
    heading, *rows = told(play, width=120).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    server = heading.index("server") + len("    ms  ")
    assert row.count('"Hello" 5 B') == 2
    assert row.index("◀") < server < row.index("▶")
    assert row[server] == " "


def test_in_a_diagram_each_receiver_of_a_packet_has_an_arrow() -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", "server", "dns")
    shout(play, GROUP, b"group", "server", card="01:00:5e:4d:00:07")
    lines = [line.strip() for line in mermaid(timeline_of(play.observation())).splitlines()]
    arrows = [line for line in lines if line.startswith("h0->>")]
    assert [arrow.partition(": ")[0] for arrow in arrows] == ["h0->>h1", "h0->>h2", "h0->>h1"]
    assert arrows[1].endswith(": the same packet")


def test_what_programs_said_stands_in_the_ladder_of_their_packets() -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", "server", "dns")
    play.says("dns", "heard by dns")
    play.says("server", "heard by server")
    play.says("client", "said by client")
    drawn = ladders(told(play))
    assert "heard by dns" in drawn["dns"]
    assert "heard by dns" not in drawn["server"]
    assert all("said by client" in part for part in drawn.values())


def test_a_report_to_the_group_s_routers_is_counted_and_not_drawn() -> None:
    play = listening()
    shout(play, EVERYBODY, b"Hello", "server", "dns")
    source = address("server", play.family)
    whole = Ipv4.encode(bytes(16), source=source, destination="224.0.0.22", protocol=2)
    frame = Ethernet.encode(
        whole, source=mac("server"), destination="01:00:5e:00:00:16", ethertype=ETHERTYPE_IPV4
    )
    play.frame("server", frame, play.time_ns)
    text = told(play)
    assert "IGMP" not in text
    assert "Not drawn: 1 group message" in text
