"""A packet that routers passed on is one arrow, and a router has no socket for it."""

from __future__ import annotations

import re

import frames
import pytest
from played import timeline_of
from routed import FIRST, LAST, NAT, ROUTERS, THERE, Routed, probed, translated

from lab.observation.observation import Observation
from lab.story.mermaid import mermaid
from lab.story.readme import essence
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.packet import Question
from lab.wire.packet.header.number import UDP

EXPIRED, TOO_BIG = bytes((11, 0, 0, 0, 0, 0)), bytes((3, 4, 0, 0, 5, 120))
NO_ROUTE = bytes((3, 0, 0, 0, 0, 0))


def text(observation: Observation, width: int = 120) -> str:
    return render_text(timeline_of(observation), width=width, color=False)


def rows(observation: Observation, width: int = 120) -> list[str]:
    """Return the ladder's lines with a packet on them."""
    return [line for line in text(observation, width).splitlines() if re.search("[▶◀✗]", line)]


def labels(timeline: Timeline) -> list[str]:
    return [arrow.label.fit(60) for arrow in timeline.arrows]


def test_a_translated_packet_is_one_arrow_past_its_router() -> None:
    timeline = timeline_of(translated())
    ways = [(each.transit.sender, each.transit.receiver) for each in timeline.arrows]
    assert set(ways) == {("inside", "server"), ("server", "inside")}
    assert all([each.host for each in arrow.transit.joints] == ["nat"] for arrow in timeline.arrows)
    assert timeline.abreast == ("inside", "nat", "server")


def test_what_a_router_changed_stands_behind_it_once_for_each_direction() -> None:
    first, answer, *rest = rows(translated())
    assert "SYN ─" in first
    assert re.search("┼── now from 10.77.0.4:40000, TTL 63 ─+▶", first)
    assert re.search("◀─+ now to 10.77.3.40:40000, TTL 63 ──┼─+ SYN ACK", answer)
    assert not [row for row in rest if "now" in row or "TTL" in row]
    assert all("┼" in row for row in rest)


def test_a_router_has_no_states_of_what_it_passes_on() -> None:
    timeline = timeline_of(translated())
    told = {note.host for moment in timeline.moments for note in moment.notes}
    assert told == {"inside", "server"}
    assert timeline.passing == {"nat"}


def test_the_ends_of_a_translated_connection_have_their_states() -> None:
    notes = [note for moment in timeline_of(translated()).moments for note in moment.notes]
    states = {(note.host, note.state) for note in notes if note.kind == "state"}
    assert {("inside", "ESTABLISHED"), ("server", "ESTABLISHED"), ("server", "SYN_RECV")} <= states


def test_it_is_one_conversation_and_the_address_that_was_lent_stands_beside_it() -> None:
    assert timeline_of(translated()).talks == (
        "TCP 10.77.3.40:40000 → 10.77.0.20:15020 (through nat: 10.77.0.4:40000)",
    )


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_a_router_has_a_dashed_life_line_and_both_addresses(width: int) -> None:
    story = text(translated(), width)
    assert "┆ nat 10.77.3.4 | 10.77.0.4: passes packets on, and has no socket for them" in story
    heading, starts = story.split("\n\n")[1].splitlines()[:2]
    assert "inside" in heading
    assert "server" in heading
    assert heading.index("┆ nat") == starts.index("┆")


@pytest.mark.parametrize("width", [80, 90, 120])
def test_the_address_that_a_router_lends_is_said_at_any_width(width: int) -> None:
    story = text(translated(), width)
    assert "now from 10.77.0.4:40000" in story
    assert "now to 10.77.3.40:40000" in story
    assert max(map(len, story.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_all_routers_of_a_way_stand_between_its_ends(width: int) -> None:
    (row,) = rows(probed(6), width)
    assert row.count("┼") == 2
    assert text(probed(6), width).count("wire") == 0


def test_a_packet_whose_hops_a_program_chose_begins_with_them() -> None:
    assert labels(timeline_of(probed(6, hops=3))) == ['TTL 3 "probe" 5 B']
    assert labels(timeline_of(probed(6))) == ['"probe" 5 B']


@pytest.mark.parametrize("answer", [b"", EXPIRED])
@pytest.mark.parametrize(("taps", "hops"), [(2, 1), (4, 2)])
def test_a_packet_that_ran_out_of_hops_at_a_router_is_expired(
    taps: int, hops: int, answer: bytes
) -> None:
    timeline = timeline_of(probed(taps, hops=hops, answer=answer))
    assert labels(timeline)[0] == f'TTL {hops} "probe" 5 B expired'
    assert "expired: it had no hop left, so the router did not pass it on" in timeline.legend


@pytest.mark.parametrize(
    ("answer", "fate", "said"),
    [(TOO_BIG, "too big", "packet too big"), (NO_ROUTE, "no route", "network unreachable")],
)
def test_a_router_says_why_it_did_not_pass_a_packet_on(answer: bytes, fate: str, said: str) -> None:
    timeline = timeline_of(probed(2, answer=answer))
    assert labels(timeline) == [f'"probe" 5 B {fate}', said]
    assert any(line.startswith(f"{fate}: ") for line in timeline.legend)


def test_where_nobody_says_why_it_is_lost() -> None:
    assert labels(timeline_of(probed(2))) == ['"probe" 5 B lost']


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("taps", [2, 4])
def test_a_short_arrow_to_a_router_keeps_its_words(width: int, taps: int) -> None:
    lost, answer, _ = rows(probed(taps, 6, hops=taps // 2, answer=EXPIRED), width)[:3]
    assert f"TTL {taps // 2}" in lost
    assert "expired" in lost
    assert "time exceeded" in answer
    assert answer.index("◀") < answer.index("time exceeded")


@pytest.mark.parametrize(
    "observation", [translated(), probed(2, 6, hops=1, answer=EXPIRED), probed(4, 6, hops=2)]
)
def test_a_story_over_routers_is_the_same_at_any_width(observation: Observation) -> None:
    assert len({repr(essence(text(observation, width))) for width in (80, 84, 100, 130)}) == 1
    assert essence(text(observation)).packets
    assert essence(text(translated())) != essence(text(probed(6)))


def test_in_a_diagram_a_router_stands_between_with_both_addresses() -> None:
    lines = mermaid(timeline_of(translated())).splitlines()
    assert "    participant h1 as nat 10.77.3.4 | 10.77.0.4" in lines
    assert any(line.startswith("    h0->>h2: SYN") for line in lines)


def test_what_routers_ask_each_other_on_their_further_networks_arrives() -> None:
    run = Routed(ROUTERS, runs=("client", "remote"))
    cards = run.card("router", "middle"), run.card("router2", "middle")
    one, two = zip(cards, ("10.77.1.2", "10.77.1.3"), strict=True)
    asks, answers = frames.arp(1, one, two), frames.arp(2, two, one)
    everyone = "ff:ff:ff:ff:ff:ff"
    run.crosses(frames.ethernet(asks, 0x0806, (cards[0], everyone)), "middle", "router", "router2")
    run.crosses(frames.ethernet(answers, 0x0806, cards[::-1]), "middle", "router2", "router")
    ways = [each for each, _ in timeline_of(run.observation()).transits]
    assert [(each.sender, each.receiver, each.lost) for each in ways] == [
        ("router", "router2", False),
        ("router2", "router", False),
    ]
    # A router answers such a question, and passes none on (RFC 826).
    assert [each.joints for each in ways] == [(), ()]


def test_a_look_up_past_a_router_has_its_joint_and_what_it_changed() -> None:
    run = Routed(ROUTERS, runs=("client", "remote"))
    asked = [Question("names", "A")]
    messages = frames.dns(7, 0x0100, asked), frames.dns(7, 0x8580, asked)
    for way, data, ends in (
        (THERE, messages[0], (FIRST, LAST)),
        (THERE[::-1], messages[1], (LAST, FIRST)),
    ):
        ports = (41000, 53) if ends[0] == FIRST else (53, 41000)
        datagram = frames.udp(data, ports=ports, between=ends)
        run.goes(way, [datagram] * 3, [ends] * 3, UDP)
    told = timeline_of(run.observation())
    assert [label.kind for _, label in told.transits] == ["dns", "dns"]
    joints = [[(e.host, e.chips) for e in transit.joints] for transit, _ in told.transits]
    passed = [("router", ("TTL 63",)), ("router2", ("TTL 62",))]
    answered = [("router2", ("TTL 63",)), ("router", ("TTL 62",))]
    assert joints == [passed, answered]


def test_what_is_for_all_routers_reaches_one_on_its_further_network() -> None:
    run = Routed(NAT, runs=("inside",))
    ends = "10.77.3.40", "224.0.0.2"
    asks = frames.udp(b"who?", ports=(40000, 15007), between=ends)
    cards = run.card("inside", "home"), "01:00:5e:00:00:02"
    run.crosses(frames.frame(asks, UDP, ends, cards=cards), "home", "inside", "nat")
    ((transit, _),) = timeline_of(run.observation()).transits
    assert (transit.reached, transit.lost) == (("nat",), False)
