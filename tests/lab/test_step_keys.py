"""A person at a terminal says who moves, looks back, runs on and leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from lab_clone import Clone
from ssh_server import SshServer
from terminals import Terminal


@pytest.fixture
def stepping(this_lab: Clone) -> Iterator[Callable[..., Terminal]]:
    """Give what steps a scenario in a terminal."""
    opened: list[Terminal] = []

    def step(*words: str) -> Terminal:
        opened.append(Terminal(this_lab, "step", *words))
        opened[-1].awaits("step 0 of 0")
        return opened[-1]

    yield step
    for terminal in opened:
        terminal.close()


def test_keys_say_who_moves_look_back_and_run_on_to_the_end(
    stepping: Callable[..., Terminal],
) -> None:
    terminal = stepping("tcp_connect", "--ipv4")
    terminal.types("s", "step 1 of 1")
    terminal.types("c", "step 2 of 2")
    terminal.types("b", "step 1 of 2  (looking back")
    terminal.types(" ", "step 2 of 2")
    terminal.types(" ", "step 3 of 3")
    terminal.types("r", "The end: ")
    terminal.types("b", "looking back")
    terminal.types("q", "Result: ")
    assert terminal.ends() == 0


def test_keys_and_screen_go_through_ssh(this_lab: Clone, sshd: SshServer) -> None:
    ssh = (str(sshd.folder / "bin" / "ssh"), "-tt", "far")
    terminal = Terminal(this_lab, "step", "tcp_connect", "--ipv4", before=ssh)
    try:
        terminal.awaits("step 0 of 0")
        terminal.types("s", "step 1 of 1")
        terminal.types("\x1b[D", "step 0 of 1  (looking back")
        terminal.types("\x1b[C", "step 1 of 1")
        terminal.sees("server.py", "client.py", "space whoever can")
        terminal.types("q", "Result: you left before the programs had ended")
        assert terminal.ends() == 0
    finally:
        terminal.close()


def test_whoever_quits_has_left_and_what_she_saw_is_kept(
    stepping: Callable[..., Terminal], this_lab: Clone
) -> None:
    kept = this_lab.root / "out" / "tcp_connect" / "step" / "steps.json"
    kept.unlink(missing_ok=True)
    terminal = stepping("tcp_connect", "--ipv4")
    terminal.types("s", "step 1 of 1")
    terminal.types("q", "Result: you left before the programs had ended")
    terminal.ends()
    assert kept.exists()
