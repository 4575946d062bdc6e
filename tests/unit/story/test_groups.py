"""What a story tells of packets that are for many hosts."""

from __future__ import annotations

from ipaddress import ip_address

import frames
import pytest
from played import Play, address, mac, timeline_of

from lab.story.mermaid import mermaid
from lab.story.page.ladder.drawing import ArrowShape
from lab.story.page.ladder.frame import WIDE
from lab.story.page.ladder.layout import lay_out
from lab.story.page.ladder.picture import svg
from lab.story.terminal.render import render_text
from lab.wire.address import Family

GROUP, GROUP6 = "239.77.0.7", "ff12::7:7"


def listening(family: Family = Family.IPV4) -> Play:
    play = Play(family, tapped=("client", "server", "dns"))
    for host in ("server", "dns"):
        play.runs(host, "listen.py")
    play.runs("client", "shout.py")
    play.wait(20)
    return play


def told(play: Play, width: int = 80) -> str:
    return render_text(timeline_of(play.observation()), width=width, color=False)


def ladders(text: str) -> dict[str, str]:
    """Return the ladders of a story by the host in their right column."""
    parts = text.split("\n    ms  ")[1:]
    return {part.splitlines()[0].split("wire")[-1].split()[0]: part for part in parts}


def test_a_broadcast_is_drawn_to_each_host_that_it_reached() -> None:
    play = listening()
    play.shouts("client", b"Hello", "server", "dns")
    drawn = ladders(told(play))
    assert '"Hello" 5 B' in drawn["server"]
    assert '"Hello" 5 B' in drawn["dns"]


def test_a_group_s_datagram_is_not_drawn_to_a_host_that_it_did_not_reach() -> None:
    play = listening()
    play.shouts("client", b"everybody", "server", "dns")
    play.shouts("client", b"group", "server", card="01:00:5e:4d:00:07", target=GROUP)
    drawn = ladders(told(play))
    assert '"group" 5 B' in drawn["server"]
    assert '"group" 5 B' not in drawn["dns"]


def test_what_reached_nobody_is_drawn_as_lost() -> None:
    play = listening()
    play.shouts("client", b"group", card="01:00:5e:4d:00:07", target=GROUP)
    text = told(play)
    assert "lost" in text
    assert "✗ on the wire: sent, and never seen at the receiver" in text


def test_equal_packets_for_many_are_told_apart_by_their_order() -> None:
    play = listening(Family.IPV6)
    for _ in range(2):
        play.shouts("client", b"again", "server", "dns", card="33:33:00:07:00:07", target=GROUP6)
    text = told(play)
    assert ladders(text)["server"].count('"again" 5 B') == 2
    assert "lost" not in text


def test_of_equal_packets_the_one_that_nobody_saw_is_the_lost_one() -> None:
    play = listening(Family.IPV6)
    play.shouts("client", b"again", "server", card="33:33:00:07:00:07", target=GROUP6)
    play.shouts("client", b"again", card="33:33:00:07:00:07", target=GROUP6)
    assert told(play).count("lost") == 2  # once in the ladder of each host that listened


@pytest.mark.parametrize(("heard", "far"), [(("server",), "server"), (("server", "dns"), "dns")])
def test_in_one_ladder_the_arrow_ends_at_the_farthest_host_reached(
    heard: tuple[str, ...], far: str
) -> None:
    play = listening()
    play.shouts("client", b"Hello", *heard)
    heading, *rows = told(play, width=160).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    columns = {host: heading.index(host) for host in ("client", "server", "dns")}
    right = columns["dns"] if far == "server" else len(row)
    assert columns["client"] < row.index("─") < columns["server"]
    assert columns[far] - 5 <= row.rindex("▶") < right


def test_in_one_ladder_the_arrow_touches_each_host_on_its_way_that_it_reached() -> None:
    play = listening()
    play.shouts("client", b"Hello", "server", "dns")
    heading, *rows = told(play, width=120).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    places = [at for at, sign in enumerate(row) if sign == "▶"]
    # The time's column is left of what the heading begins with here.
    columns = [heading.index(host) + len("    ms  ") for host in ("server", "dns")]
    assert [column - place for column, place in zip(columns, places, strict=True)] == [2, 2]


def test_an_arrow_goes_to_both_sides_where_it_reached_hosts_on_both() -> None:
    play = listening()
    play.shouts("client", b"first", "server", "dns")
    play.shouts("server", b"Hello", "client", "dns")
    heading, *rows = told(play, width=120).partition("\n    ms  ")[2].splitlines()
    (row,) = [row for row in rows if "Hello" in row]
    server = heading.index("server") + len("    ms  ")
    assert row.count('"Hello" 5 B') == 2
    assert row.index("◀") < server < row.index("▶")
    assert row[server] == " "


def test_in_a_diagram_each_receiver_of_a_packet_has_an_arrow() -> None:
    play = listening()
    play.shouts("client", b"Hello", "server", "dns")
    play.shouts("client", b"group", "server", card="01:00:5e:4d:00:07", target=GROUP)
    lines = [line.strip() for line in mermaid(timeline_of(play.observation())).splitlines()]
    arrows = [line for line in lines if line.startswith("h0->>")]
    assert [arrow.partition(": ")[0] for arrow in arrows] == ["h0->>h1", "h0->>h2", "h0->>h1"]
    assert arrows[1].endswith(": the same packet")


def test_what_programs_said_stands_in_the_ladder_of_their_packets() -> None:
    play = listening()
    play.shouts("client", b"Hello", "server", "dns")
    play.says("dns", "heard by dns")
    play.says("server", "heard by server")
    play.says("client", "said by client")
    drawn = ladders(told(play))
    assert "heard by dns" in drawn["dns"]
    assert "heard by dns" not in drawn["server"]
    assert all("said by client" in part for part in drawn.values())


def test_a_report_to_the_group_s_routers_is_counted_and_not_drawn() -> None:
    play = listening()
    play.shouts("client", b"Hello", "server", "dns")
    source = address("server", play.family)
    cards = mac("server"), "01:00:5e:00:00:16"
    frame = frames.frame(bytes(16), 2, (source, "224.0.0.22"), cards=cards)
    play.frame("server", frame, play.time_ns)
    text = told(play)
    assert "IGMP" not in text
    assert "Not drawn: 1 group message" in text


def joins(play: Play, host: str, *, leaves: bool = False) -> None:
    """Have a host report by IGMPv3 that it is in the group, or is no more (RFC 3376, 4.2)."""
    record = bytes((3 if leaves else 4, 0, 0, 0)) + ip_address(GROUP).packed
    report = bytes((0x22, 0, 0, 0, 0, 0, 0, 1)) + record
    source, cards = address(host, play.family), (mac(host), "01:00:5e:00:00:16")
    play.frame(host, frames.frame(report, 2, (source, "224.0.0.22"), cards=cards), play.time_ns)
    play.wait(1)


def heads(play: Play) -> list[str]:
    """Return the arrow heads of each packet in a ladder of all hosts."""
    rows = told(play, width=120).splitlines()
    return ["".join(sign for sign in row if sign in "▶▷") for row in rows if '"' in row]


def test_an_arrow_s_head_is_hollow_at_a_host_that_is_not_in_the_group() -> None:
    play = listening()
    joins(play, "server")
    play.shouts("client", b"group", "server", "dns", card="01:00:5e:4d:00:07", target=GROUP)
    play.wait(200)
    joins(play, "dns")
    joins(play, "server", leaves=True)
    play.shouts("client", b"group", "server", "dns", card="01:00:5e:4d:00:07", target=GROUP)
    play.shouts("client", b"everybody", "server", "dns")
    assert heads(play) == ["▶▷", "▷▶", "▶▶"]
    legend = "▷: the packet reached a host that is not in its group and dropped it"
    assert legend in told(play)


def test_on_the_page_such_a_head_is_hollow_too_and_is_read_out() -> None:
    play = listening()
    joins(play, "server")
    play.shouts("client", b"group", "server", "dns", card="01:00:5e:4d:00:07", target=GROUP)
    drawing = lay_out(timeline_of(play.observation()), WIDE)
    (arrow,) = (each for each in drawing.shapes if isinstance(each, ArrowShape))
    assert arrow.hollow == (drawing.lifelines[2].x,)
    assert arrow.direction == "client to all, and server and dns got it (dns did not want it)"
    assert svg(timeline_of(play.observation())).count("tip hollow") == 1


@pytest.mark.parametrize("group", ["ff02::1", GROUP6])
def test_all_hosts_want_what_is_for_all_hosts(group: str) -> None:
    play = listening(Family.IPV6)
    play.shouts("client", b"Hello", "server", card="33:33:00:00:00:01", target=group)
    assert heads(play) == ["▶" if group == "ff02::1" else "▷"]
