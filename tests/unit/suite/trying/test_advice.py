"""What is said where programs could not meet: which arguments they want, which address is wrong."""

from __future__ import annotations

import pytest
from played import Play, hello

from lab.observation.observation import Observation
from lab.suite.trying.advice import advice

UNKEPT = "it ended before any client was started"


def tried(observation: Observation, *sources: str) -> list[str]:
    return list(advice(observation, [{"a.py": text.encode()} for text in sources]))


def ended(host: str, *said: str, status: int = 1, given: tuple[str, ...] = ()) -> Observation:
    """Return a run in which a host's only program printed these lines on stderr and ended."""
    play = Play()
    unkept = UNKEPT if host == "server" else None
    play.runs(host, f"{host}.py", *given, exit_status=status, unkept=unkept)
    for line in said:
        play.says(host, line, "stderr")
    return play.observation("any")


@pytest.mark.parametrize(
    "line",
    [
        "Usage: python server.py PORT",
        "usage: server.py [-h] port",
        "usage server PORT",
        "error. Usage: ./server port",
        "Aufruf: server.py PORT",
        "please run python3 server.py <port>",
    ],
)
@pytest.mark.parametrize("status", [0, 1])
def test_a_server_that_ends_with_its_usage_wants_arguments(line: str, status: int) -> None:
    told = "--server-args WORDS, since server.py was called without arguments, and said"
    assert tried(ended("server", line, status=status)) == [f'{told} "{line}"']


def test_a_client_that_ends_with_its_usage_wants_other_arguments() -> None:
    said = ("usage: client.py [-h] host port name", "client.py: error: name is required")
    (line,) = tried(ended("client", *said, status=2, given=("server", "15000")))
    assert line == (
        '--client-args WORDS, since client.py was called with "server 15000", and said '
        '"usage: client.py [-h] host port name"'
    )


def test_what_reading_the_arguments_raised_says_so_too() -> None:
    traceback = (
        "Traceback (most recent call last):",
        '  File "/run/socketlab/run/server.py", line 2, in <module>',
        "    port = int(sys.argv[1])",
        "IndexError: list index out of range",
    )
    (line,) = tried(ended("server", *traceback))
    assert line.startswith("--server-args WORDS")
    assert '"IndexError: list index out of range"' in line
    refused = (*traceback[:-1], "ConnectionRefusedError: [Errno 111] Connection refused")
    assert tried(ended("client", *refused, given=("server",))) == []
    elsewhere = [each.replace("sys.argv", "words") for each in traceback]
    assert tried(ended("server", *elsewhere)) == []


def test_what_a_program_says_is_cut_and_cannot_command_the_terminal() -> None:
    (line,) = tried(ended("server", f"Usage: \x1b[2J{'x' * 200}"))
    assert "\x1b" not in line
    assert len(line) < 200


def test_whoever_met_or_was_stopped_wants_no_other_arguments() -> None:
    play = hello()
    play.says("client", "usage: /quit to leave")
    assert tried(play.observation("any")) == []
    play = Play()
    play.runs("server", "server.py", exit_status=-15, served=True)
    play.says("server", "usage: /quit to leave")
    assert tried(play.observation("any")) == []


def test_a_client_that_was_refused_has_not_met_the_server_whose_usage_is_told() -> None:
    play = Play()
    play.runs("server", "server.py", exit_status=1)
    play.says("server", "Usage: server.py PORT")
    play.runs("client", "client.py", "server", exit_status=1)
    play.tcp("client", "SYN")
    play.tcp("server", "RST ACK")
    (line,) = tried(play.observation("any"))
    assert line.startswith("--server-args WORDS")


def test_an_address_that_is_built_in_is_told() -> None:
    (line,) = tried(ended("client"), "connect(('localhost', 15000))")
    assert line == "--replace localhost=server, since the programs have localhost built in"
