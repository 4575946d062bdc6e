"""Packets as rows: the same keys, plain values, numbers that count from where the story does."""

from __future__ import annotations

from typing import Any

import pytest
from played import Play, hello

from lab.api import packets as module
from lab.api.packets import Packets
from lab.observation.run import Run
from lab.story.timeline.timeline import Timeline


def of(play: Play, host: str = "client") -> Packets:
    """Return the packets of a run at one host."""
    observation = play.observation()
    return Packets(observation.packets(host), Timeline.of(Run.of(observation)))


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return of(hello()).table()


def test_rows_have_the_same_keys_and_values_that_any_table_takes(
    rows: list[dict[str, Any]],
) -> None:
    assert len({tuple(row) for row in rows}) == 1
    assert {type(value) for row in rows for value in row.values()} <= {int, float, str, type(None)}


def test_a_segment_is_told_by_its_hosts_flags_and_relative_numbers(
    rows: list[dict[str, Any]],
) -> None:
    syn, syn_ack, ack = [row for row in rows if row["protocol"] == "tcp"][:3]
    assert (syn["from"], syn["to"], syn["flags"], syn["seq"], syn["ack"]) == (
        *("client", "server", "SYN", 0, None),
    )
    assert (syn_ack["from"], syn_ack["ack"], ack["seq"], ack["ack"]) == ("server", 1, 1, 1)
    assert syn["ms"] == 0
    assert ack["ms"] > 0


def test_numbers_of_tcp_are_missing_where_a_packet_is_none_of_its_own() -> None:
    play = Play()
    play.looks_up("server.ipv4.lab.test", "10.77.0.20")
    row = of(play).table()[0]
    assert (row["protocol"], row["seq"], row["ack"], row["window"]) == ("udp", None, None, None)
    assert row["says"].startswith("A?")


def test_a_slice_of_packets_has_a_table_too() -> None:
    packets = of(hello())
    assert packets[:2].table() == packets.table()[:2]
    assert packets[0].number == 1
    assert repr(packets[:1]) == "1 packet"


def test_a_notebook_shows_the_first_rows_and_says_how_many_more_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packets = of(hello())
    assert packets._repr_html_().count("<tr>") == len(packets) + 1
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    assert f"… {len(packets) - 2} more" in packets._repr_html_()


def test_what_packets_carry_is_text_in_a_notebook() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"<script>")
    assert "&lt;script&gt;" in of(play)._repr_html_()
    assert "<script>" not in of(play)._repr_html_()
