"""One copy loop reads a file and a socket alike"""

import hashlib
from pathlib import Path

from lab import Program, Scenario, Tcp

COPYING = Tcp(15050)
SQUARES = Path(__file__).with_name("squares.txt").read_bytes()
TOLD = f"{len(SQUARES)} bytes, SHA-256 {hashlib.sha256(SQUARES).hexdigest()[:16]}"

scenario = Scenario(
    part="B",
    lectures=[7],
    files={"client": "squares.txt", "server": "squares.txt"},
    server=Program("server.py", listens_on=COPYING),
    client=Program("client.py", "server"),
)


def test_the_copies_from_the_file_and_from_the_socket_are_the_same_file(observed):
    assert observed.client.stdout == [f"from file to file: {TOLD}", f"from socket to file: {TOLD}"]


def test_the_server_prints_how_much_it_copied(observed):
    assert observed.server.stdout == [f"copied {len(SQUARES)} bytes from file to socket"]


def test_the_wire_carried_exactly_the_bytes_of_the_file(observed):
    assert observed.conversation(COPYING).received == SQUARES
    assert observed.conversation(COPYING).gaps == ()


def test_the_file_crossed_the_wire_in_several_segments(observed):
    segments = observed.conversation(COPYING).data_segments("server")
    assert len(segments) > 1
    assert max(segment.length for segment in segments) < len(SQUARES)


def test_the_end_of_the_file_is_the_servers_fin(observed):
    assert observed.conversation(COPYING).closed_first == "server"
    assert observed.conversation(COPYING).resets == ()


def test_the_client_only_listens_and_only_once(observed):
    assert observed.conversation("tcp").sent == b""
