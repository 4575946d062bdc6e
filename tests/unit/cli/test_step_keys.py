"""The keys of ``lab step``, typed at a terminal: who moves, looking back, running on, leaving."""

from __future__ import annotations

import os
import pty
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from walks import lane, small_walk

from lab.cli.step_keys import Reader, whole_screen
from lab.observation.steps.walk import Lane

SERVER, CLIENT, WAITS = lane(0, "stands", 2), lane(1, "stands", 2), lane(1, "waits", 3, "recv")
PROGRAMS = small_walk().programs

Types = Callable[..., Lane | None]


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Give the end of a terminal at which its user types."""
    typed, terminal = pty.openpty()
    with os.fdopen(terminal, closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with whole_screen():
            yield typed
    os.close(typed)


@pytest.fixture
def reader() -> Reader:
    """Give one who looks at the last step of a walk."""
    found = Reader(color=False)
    found.watch(replace(small_walk(), result=None))
    return found


@pytest.fixture
def types(keyboard: int, reader: Reader) -> Types:
    """Give what types keys, one after the other, and returns who moves then."""

    def typing(keys: bytes, *lanes: Lane) -> Lane | None:
        os.write(keyboard, keys)
        return reader.choose(lanes or (SERVER, CLIENT), PROGRAMS)

    return typing


@pytest.mark.parametrize(("key", "moves"), [(b"s", SERVER), (b"c", CLIENT), (b" ", SERVER)])
def test_a_key_says_who_moves(types: Types, key: bytes, moves: Lane) -> None:
    assert types(key) is moves


def test_whoever_can_is_none_that_only_waits_for_its_time(types: Types) -> None:
    assert types(b" ", WAITS, SERVER) is SERVER
    assert types(b" ", WAITS) is WAITS
    assert types(b"c", SERVER, WAITS) is WAITS


def test_a_program_that_cannot_move_is_told_and_another_key_is_awaited(
    types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    assert types(b"sc", CLIENT) is CLIENT
    assert "No server can move: server.py waits in accept, line 3" in capsys.readouterr().out


def test_a_key_that_means_nothing_moves_nobody(types: Types) -> None:
    assert types(b"x\x1b[Z\nc") is CLIENT


def test_back_shows_the_steps_before_and_space_goes_on_to_the_last(
    types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    assert types(b"b" + b"b" + b"b" + b" c") is CLIENT
    shown = capsys.readouterr().out
    looked = [each.split(" ")[0] for each in shown.split("   step ")[1:]]
    assert looked == ["1", "0", "0", "1"]
    assert "looking back: space goes on" in shown


def test_run_on_moves_whoever_can_until_a_key_is_typed(types: Types) -> None:
    assert types(b"r") is SERVER
    assert [types(b"") for _ in range(3)] == [SERVER] * 3
    assert types(b"c") is CLIENT
    assert types(b"s") is SERVER


def test_quit_leaves(types: Types) -> None:
    assert types(b"q") is None
