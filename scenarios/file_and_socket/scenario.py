"""One copy loop reads a file and a socket alike"""

import hashlib
from pathlib import Path

from lab import Command, Program, Scenario, Tcp

COPYING = Tcp(15050)
SQUARES = Path(__file__).with_name("squares.txt").read_bytes()

scenario = Scenario(
    part="B",
    lectures=[7],
    files={"client": "squares.txt", "server": "squares.txt"},
    server=[
        Program("server.py", listens_on=COPYING),
        # From now on the server's file ends in a line that the client's own has not.
        Command("tee", "-a", "squares.txt", stdin="{answer}\n"),
    ],
    client=Program("client.py", "server"),
)


def served(observed):
    return SQUARES + f"{observed.answer}\n".encode()


def told(content):
    return f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()[:16]}"


def test_the_loop_copies_the_clients_file_and_the_servers_whole(observed):
    assert observed.client.stdout == [
        f"from file to file: {told(SQUARES)}",
        f"from socket to file: {told(served(observed))}",
    ]


def test_the_server_prints_how_much_it_copied(observed):
    size = len(served(observed))
    assert observed.server["server.py"].stdout == [f"copied {size} bytes from file to socket"]


def test_the_wire_carried_exactly_the_bytes_of_the_file_in_several_segments(observed):
    conversation = observed.conversation(COPYING)
    assert conversation.received == served(observed)
    assert len(conversation.data_segments("server")) > 1


def test_the_end_of_the_file_is_the_servers_fin(observed):
    assert observed.conversation(COPYING).closed_first == "server"
    assert observed.conversation(COPYING).resets == ()


def test_the_client_only_listens_and_only_once(observed):
    assert observed.conversation("tcp").sent == b""
