"""Steps are told as a log, on a screen of any size, and on a page where all text is text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from walks import small_walk

from lab.story.page.template import asset
from lab.story.steps.log import log_step
from lab.story.steps.player import player
from lab.story.steps.screen import screen
from lab.story.steps.telling import socket_words
from lab.story.text import cells

HOSTILE = "</script><script>alert(1)</script>\x1b[2J"


def test_a_log_says_whose_line_ran_and_what_it_did() -> None:
    walk = small_walk()
    assert log_step(walk, walk.steps[1], 80).splitlines() == [
        "   1  client.py:2  s = socket.create_connection(('server', 15000))",
        "      client ── SYN ──▶ server",
        "      server ── SYN ACK ──▶ client",
        '      client ── "violet" 6 B ──✗ lost',
        "      client.py: s = <socket, fd 3>",
        "      socket: client tcp :40000 ↔ server:15000 ESTABLISHED (6 B unread)",
    ]
    assert log_step(walk, walk.steps[2], 80).splitlines()[1:] == [
        "      client.py │ hello",
        "      note: from port 40000 at 10:20:30",
        "      socket: client tcp :40000 ↔ server:15000 is gone",
        "      client.py has ended",
    ]


def test_a_note_is_told_to_its_end() -> None:
    walk = small_walk()
    note = "client.py:5 waits in recv for 900 s at the most: that time passes only when nobody can"
    step = replace(walk.steps[2], notes=(note,))
    lines = log_step(walk, step, 60).splitlines()
    assert max(map(cells, lines)) <= 60
    assert note in " ".join(" ".join(lines).split())


def test_what_a_program_prints_controls_no_terminal() -> None:
    walk = small_walk(printed=HOSTILE)
    assert "\x1b" not in log_step(walk, walk.steps[2], 80)
    lines = screen(walk, 2, 120, 40, color=False)
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (100, 30), (60, 20)])
def test_a_screen_is_as_large_as_the_terminal(columns: int, rows: int) -> None:
    for number in range(3):
        lines = screen(small_walk(), number, columns, rows, color=False)
        assert len(lines) == rows
        assert max(map(cells, lines)) <= columns


def test_the_sources_stand_beside_each_other_or_one_above_the_other() -> None:
    wide, slim = (screen(small_walk(), 1, columns, 40, color=False) for columns in (120, 80))
    beside = [line for line in wide if "listener.accept()" in line and "print(s.recv" in line]
    assert len(beside) == 1
    assert re.match(r"…\s+3 listener.*│ ▶\s+3 print", beside[0])
    assert not [line for line in slim if "listener.accept()" in line and "print(s.recv" in line]
    assert [line for line in slim if line.startswith("▶   3 print(s.recv")]


def test_a_message_and_the_keys_are_the_last_lines() -> None:
    *_, message, keys = screen(small_walk(), 1, 80, 24, message="No server can move", color=False)
    assert message.strip() == "No server can move"
    assert "space whoever can" in keys


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="walk">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_what_programs_say_is_text_in_the_page() -> None:
    page = player(small_walk(text=HOSTILE, printed=HOSTILE))
    assert page.count("<script") == 2
    assert "\x1b" not in page
    assert "alert(1)" in json.dumps(data_of(page))


def test_the_player_opens_where_it_is_told_to_and_else_at_the_start() -> None:
    assert data_of(player(small_walk(), 2))["opens"] == 2
    assert data_of(player(small_walk()))["opens"] == 0


def test_the_player_adds_at_most_60_kb_and_needs_nothing_else() -> None:
    size = sum(len(asset(name).encode()) for name in ("steps.js", "steps.css"))
    assert size <= 60_000
    page = player(small_walk())
    assert not re.search(r'(src|href)="(?!#)', page)


def test_what_many_steps_have_in_common_stands_once_in_the_page() -> None:
    walk = small_walk()
    again = replace(walk, steps=tuple(replace(walk.steps[1], number=n) for n in range(400)))
    data: Any = data_of(player(again))
    assert len(data["lanes"]) == len(walk.steps[1].lanes)
    assert data["sockets"] == [socket_words(each) for each in walk.steps[1].sockets]
    assert data["steps"][399]["lanes"] == [0, 1]
    assert data["lanes"][0]["words"] == "server.py waits in accept, line 3"
