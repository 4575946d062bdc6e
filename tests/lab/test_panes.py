"""A person types into programs that `lab try` runs, each in a pane of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_clone import Clone, Said
from terminals import Terminal

SERVER = """\
import socket
with socket.create_server(("", int(input("which port? ")))) as listener:
    while True:
        connection, address = listener.accept()
        name = connection.recv(100).decode()
        connection.sendall(f"hello {name}".encode())
        print(f"greeted {name}")
"""
CLIENT = """\
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(input("who are you? ").encode())
print(s.recv(100).decode())
for line in sys.stdin:
    print(line.strip() + " again")
print("the end")
"""


@pytest.fixture
def programs(tmp_path: Path) -> list[str]:
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "client.py").write_text(CLIENT)
    return [str(tmp_path / "server.py"), str(tmp_path / "client.py")]


@pytest.fixture
def terminal(this_lab: Clone, programs: list[str]) -> Iterator[Terminal]:
    opened = Terminal(this_lab, "try", *programs, "--interactive")
    yield opened
    opened.close()


def test_each_program_is_typed_into_in_its_pane_and_the_story_follows(
    terminal: Terminal,
) -> None:
    terminal.sees("which port?")
    terminal.presses("15000\r")
    terminal.sees("⌨ 15000", "who are you?")  # its pane comes when the server listens
    terminal.presses("violet\r")
    terminal.sees("⌨ violet", "hello violet", "greeted violet")
    terminal.presses("copper\r")
    terminal.sees("copper again")
    terminal.presses("\x04")  # Ctrl-D
    terminal.sees("the end", "client.py  (has ended)", "The clients have ended")
    terminal.types("\x11", "Kept in ")  # Ctrl-Q
    assert terminal.ends() == 0
    assert "⌨ violet" in terminal.written.rpartition("\x1b[?1049l")[2]


def test_whoever_leaves_sees_the_story_so_far_and_nobody_is_to_blame(terminal: Terminal) -> None:
    terminal.sees("which port?")
    terminal.presses("15000\r")
    terminal.sees("who are you?")
    terminal.types("\x11", "Kept in ")
    assert terminal.ends() == 0


def test_without_a_terminal_it_is_told_what_to_do_instead(
    lab: Callable[..., Said], programs: list[str]
) -> None:
    said = lab("try", *programs, "--interactive")
    assert said.status == 2
    assert "this is no terminal" in said.text
    assert "--type LINE" in said.text
