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
    server=Program("server.py", listens_on=COPYING),
    client=Program("client.py", "server"),
)


def test_the_copy_from_file_to_file_is_the_file(observed):
    assert f"from file to file: {TOLD}" in observed.client.stdout


def test_the_copy_from_socket_to_file_is_the_same_file(observed):
    assert f"from socket to file: {TOLD}" in observed.client.stdout


def test_the_server_prints_how_much_it_copied(observed):
    assert observed.server.stdout == [f"copied {len(SQUARES)} bytes from file to socket"]


def test_the_wire_carried_exactly_the_bytes_of_the_file(observed):
    conversation = observed.conversation(COPYING)
    assert conversation.received == SQUARES
    assert conversation.gaps == ()


def test_the_file_crossed_the_wire_in_several_segments(observed):
    events = observed.conversation(COPYING).events
    segments = [event for event in events if event.sender == "server" and event.length]
    assert len(segments) > 1
    assert max(event.length for event in segments) < len(SQUARES)


def test_the_end_of_the_file_is_the_servers_fin(observed):
    conversation = observed.conversation(COPYING)
    assert conversation.closed_first == "server"
    assert conversation.resets == ()


def test_the_client_only_listens_and_only_once(observed):
    [conversation] = [each for each in observed.conversations() if each.protocol == "tcp"]
    assert conversation.sent == b""
