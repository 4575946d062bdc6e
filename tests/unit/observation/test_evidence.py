"""From an expectation that fails to the packet or line where the run left the path."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Protocol

import pytest
from played import Play, hello, timeline_of

from lab.observation.evidence import Comparison, Pointer, point
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict
from lab.story.terminal.render import render_text

Pointed = Callable[[str, Observation], tuple[Pointer, ...]]


class Places(Protocol):
    """Tells where an expectation of this body points, in a run."""

    def __call__(self, body: str, play: Play | None = None) -> str: ...


_numbers = count()


@pytest.fixture
def compared(pytestconfig: pytest.Config) -> Iterator[list[Comparison]]:
    """Give the comparisons that fail meanwhile, as pytest tells them."""
    kept: list[Comparison] = []

    class Keeping:
        def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
            comparison = Comparison(op, left, right)
            if not comparison.holds:
                kept.append(comparison)

    plugin = Keeping()
    pytestconfig.pluginmanager.register(plugin)
    yield kept
    pytestconfig.pluginmanager.unregister(plugin)


@pytest.fixture
def pointed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compared: list[Comparison]) -> Pointed:
    """Give a function that has an expectation fail, and returns what that points at."""
    monkeypatch.syspath_prepend(tmp_path)

    def point_at(body: str, observation: Observation) -> tuple[Pointer, ...]:
        name = f"expectation_{next(_numbers)}"
        lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
        path = tmp_path / f"{name}.py"
        path.write_text(f"from lab import Tcp\nDEMO = Tcp(15000)\ndef test_it(observed):\n{lines}")
        pytest.register_assert_rewrite(name)
        module = importlib.import_module(name)
        compared.clear()
        with pytest.raises(Exception) as failure:  # noqa: PT011 - whatever it fails of
            module.test_it(observation)
        return point(observation, failure.value, compared[-1] if compared else None, path)

    return point_at


@pytest.fixture
def places(pointed: Pointed) -> Places:
    """Give a function that tells the same in words, without the times."""

    def words(body: str, play: Play | None = None) -> str:
        observation = (play or hello()).observation()
        verdict = Verdict("test_it", Outcome.FAILS, "", 0, pointed(body, observation))
        timeline = timeline_of(observation, [verdict])
        said = [site.text(timeline.zero_ns) for site in timeline.sites[0]]
        return " | ".join(re.sub(r"^-?[\d.]+ ms: ", "", each) for each in said)

    return words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            'assert observed.client.stdout == ["Hello Yourself", "Bye", "b\'\'"]',
            'client.py on client printed "Goodbye"; should have been "Bye"',
        ),
        (
            'assert observed.client.stdout[1:] == ["Goodbye", "x"]',
            'client.py on client printed "b\'\'"; should have been "x"',
        ),
        (
            'assert observed.client.stdout[0] == "Hi"',
            'client.py on client printed "Hello Yourself"; should have been "Hi"',
        ),
        (
            "assert observed.client.stdout and len(observed.client.stdout) == 1",
            'client.py on client printed "Goodbye"; should have been nothing more',
        ),
        (
            "assert observed.server.stdout == []",
            'server.py on server printed "from 10.77.0.10: Hello World"; should have been nothing',
        ),
        (
            'assert "Aloha" in observed.server.stdout',
            'server.py on server printed no more; should have been "Aloha"',
        ),
        (
            "assert observed.server.exit_status == 1",
            "server.py on server ended well; should have been exit status 1",
        ),
    ],
)
def test_a_line_that_is_not_as_expected_is_named_with_what_should_have_been(
    places: Places, body: str, words: str
) -> None:
    assert places(body) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            'assert observed.conversation(DEMO).handshake == ["SYN", "RST ACK"]',
            "server → client SYN ACK; should have been RST ACK",
        ),
        (
            'assert observed.conversation(DEMO).sent == b"Hello Earth"',
            'client → server "Hello World" 11 B; should have been "Hello Earth"',
        ),
        (
            'assert observed.conversation(DEMO).received == b"Hello YourselfGoodnight"',
            'server → client "Goodbye" 7 B; should have been "Goodnight"',
        ),
        (
            'talk = observed.conversation(DEMO)\nassert talk.closed_first == "client"',
            "server → client FIN ACK; should have been the client's",
        ),
        (
            "events = observed.conversation(DEMO).events\n"
            'assert [event.label for event in events[:2]] == ["SYN", "ACK"]',
            "server → client SYN ACK; should have been ACK",
        ),
        (
            "events = observed.conversation(DEMO).events\nassert not any(e.fin for e in events)",
            "server → client FIN ACK",
        ),
        (
            "for packet in observed.packets('client'):\n    assert packet.ip.ttl == 1",
            "client → dns A? server.ipv4.lab.test",
        ),
        (
            "ports = [e.packet.source.port for e in observed.conversation(DEMO).events]\n"
            "assert ports == [40000, 15001]",
            "server → client SYN ACK",
        ),
    ],
)
def test_a_packet_that_is_not_as_expected_is_named_with_what_should_have_been(
    places: Places, body: str, words: str
) -> None:
    assert places(body) == words


def test_a_message_of_http_is_named_by_its_first_packet(places: Places) -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"GET / HTTP/1.1\r\nHost: server\r\n\r\n")
    play.tcp("server", "PSH ACK", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    body = "assert observed.http(DEMO).responses[0].status == 200"
    assert places(body, play).startswith("server → client")
    assert places(body, play).endswith("should have been 200")


def test_an_expectation_that_speaks_of_no_place_points_at_none(pointed: Pointed) -> None:
    assert pointed("assert 1 == 2", hello().observation()) == ()


def test_a_term_that_cannot_be_had_again_is_no_obstacle(places: Places) -> None:
    body = "lines = iter(observed.client.stdout)\nassert next(lines) == 'x'"
    assert places(body).startswith("client.py on client printed")


def test_a_helpers_failure_is_traced_to_who_called_it(places: Places) -> None:
    body = """
    def same(one, other):
        assert one == other
    same(observed.client.stdout[0], "Hi")
    """
    assert places(body).startswith('client.py on client printed "Hello Yourself"')


def failing(pointed: Pointed) -> tuple[Observation, list[Verdict]]:
    observation = hello().observation()
    bodies = [
        'assert observed.conversation(DEMO).handshake == ["SYN", "RST ACK"]',
        'assert observed.client.stdout == ["Hello Yourself", "Bye"]',
        'assert observed.server.stdout[1:] == ["more"]',
    ]
    verdicts = [Verdict("test_it_opens", Outcome.HOLDS)]
    for number, body in enumerate(bodies):
        found = pointed(body, observation)
        verdicts.append(Verdict(f"test_number_{number}", Outcome.FAILS, "", 0, found))
    return observation, verdicts


def test_the_ladder_in_the_terminal_bears_the_marks_of_the_list_below_it(
    pointed: Pointed,
) -> None:
    observation, verdicts = failing(pointed)
    text = render_text(timeline_of(observation, verdicts), width=80, color=False)
    ladder, _, below = text.partition("✔ it opens")
    assert re.search(r"SYN ACK ✗1 ──", ladder)
    assert re.search("│ Goodbye  ✗2", ladder)
    assert re.search("✗ printed no more  ✗3", ladder)
    assert re.search(r"    ✗1 .* ms: server → client SYN ACK; should have been RST ACK", below)
    assert re.search('    ✗2 .* printed "Goodbye"; should have been "Bye"', below)
    assert "    ✗3 " in below
    assert max(map(len, text.splitlines())) <= 80


def test_what_is_pointed_at_is_never_folded_nor_left_out() -> None:
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py")
    play.looks_up("server", "10.77.0.20")
    play.opens()
    for _ in range(300):
        play.tcp("client", "ACK", b"\x80" * 400)
        play.tcp("server", "ACK")
    observation = play.observation()
    pointers = [Pointer("client", packet=number) for number in (1, 150, 301)]
    verdicts = [Verdict(f"test_{each.packet}", Outcome.FAILS, "", 0, (each,)) for each in pointers]
    text = render_text(timeline_of(observation, verdicts=verdicts), width=100, color=False)
    ladder = text.partition("✗ does not hold")[0]
    assert all(re.search(rf" ✗{number} ─", ladder) for number in (1, 2, 3))


def test_a_pointer_of_another_run_points_at_nothing() -> None:
    observation = hello().observation()
    lost = (
        Pointer("nobody", packet=1),
        Pointer("client", packet=10_000),
        Pointer("client", "far", 3),
        Pointer("client", program=7),
    )
    timeline = timeline_of(observation, [Verdict("test_it", Outcome.FAILS, "", 0, lost)])
    assert timeline.sites == ((),)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "def windows(talk):\n    return [event.window for event in talk.events]\n"
            "assert windows(observed.conversation(DEMO))[:1] == [7]",
            "client → server SYN",
        ),
        (
            "def ends(talk):\n    return {(e.packet.source.port, e.sender) for e in talk.events}\n"
            "assert ends(observed.conversation(DEMO)) == {(40000, 'client'), (15001, 'server')}",
            "server → client SYN ACK",
        ),
        (
            "labels = [event.label for event in observed.conversation(DEMO).events[:2]]\n"
            "assert labels == ['SYN', 'SYN ACK', 'RST']",
            "server → client SYN ACK; should have been followed by RST",
        ),
        (
            "assert b'Aloha' in observed.conversation(DEMO).sent",
            "server → client ACK",
        ),
        (
            "assert b'Goodbye' not in observed.conversation(DEMO).received",
            'server → client "Goodbye" 7 B',
        ),
        (
            "assert len(observed.conversation(DEMO).sent) == 12",
            "server → client ACK",
        ),
        (
            "assert len([line for line in observed.client.stdout if 'o' in line]) == 9",
            "client.py on client, as a whole",
        ),
        (
            "for packet in observed.packets('client'):\n"
            "    assert packet.ip.ttl + packet.number * 1000 <= 5",
            "client → dns A? server.ipv4.lab.test",
        ),
        (
            "words = observed.conversation(DEMO).sent.decode().split()\n"
            "assert words == ['Hello', 'Earth']",
            'client → server "Hello World" 11 B; should have been "Earth"',
        ),
        (
            "talk, events = observed.conversation(DEMO), [1, 2]\nassert len(talk.events[:2]) == 3",
            "client → server SYN | server → client SYN ACK",
        ),
        (
            "events = observed.conversation(DEMO).events\nassert len(events) == 2",
            "client → server ACK; should have been nothing more",
        ),
        ("observed.client.stdout[7]", "client.py on client, as a whole"),
    ],
)
def test_what_a_helper_made_of_a_run_is_followed_to_where_it_was_read(
    places: Places, body: str, words: str
) -> None:
    assert places(body) == words


def test_a_number_that_only_happens_to_have_been_read_points_at_nothing(pointed: Pointed) -> None:
    body = """
    ttl = observed.packets("client")[0].ip.ttl
    x = 60 + 4
    assert x == 65
    """
    assert pointed(body, hello().observation()) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "assert b'' == observed.conversation(DEMO).sent",
            'client → server "Hello World" 11 B; should have been nothing more',
        ),
        (
            "talk = observed.conversation(DEMO)\nassert observed.server.address == talk.client.ip",
            "client → server SYN",
        ),
        (
            "said = observed.conversation(DEMO).received.decode()\n"
            "assert said == 'Hello YourselfGoodnight'",
            'server → client "Goodbye" 7 B; should have been "Goodnight"',
        ),
        (
            "assert max(e.length for e in observed.conversation(DEMO).events) == 5",
            'server → client "Hello Yourself" 14 B',
        ),
        (
            "assert observed.conversation(DEMO).events[1].length + 60 == 7",
            "server → client SYN ACK",
        ),
    ],
)
def test_what_was_due_is_said_only_of_what_is_known_to_be_seen(
    places: Places, body: str, words: str
) -> None:
    assert places(body) == words


def test_what_was_not_observed_points_at_nothing(pointed: Pointed) -> None:
    body = "talk = observed.conversation(DEMO)\nobserved.conversation(Tcp(9), during=talk)"
    assert pointed(body, hello().observation()) == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("assert talk.resets[0].length == 3", "server → client RST ACK refused"),
        ("assert talk.resets[0].sender == 'client'", "server → client RST ACK refused"),
        ("assert talk.server.ip == '10.77.0.9'", "client → server SYN"),
        ("assert talk.refused is False", "server → client RST ACK refused"),
        ("assert [e.label for e in talk.events] == [1, 2]", "client → server SYN"),
        ("assert talk.sent == b'Hello'", "server → client RST ACK refused"),
        (
            "assert talk.handshake == ['SYN', 'SYN ACK', 'ACK']",
            "server → client RST ACK refused; should have been SYN ACK",
        ),
        ("assert talk.closed_first == 'client'", "server → client RST ACK refused"),
        (
            "assert [e.sender for e in talk.events] == ['client', 'server', 'client']",
            "server → client RST ACK refused",
        ),
    ],
)
def test_what_should_have_been_is_said_only_of_what_can_be_read_at_the_place(
    places: Places, body: str, words: str
) -> None:
    play = Play()
    play.tcp("client", "SYN")
    play.tcp("server", "RST ACK")
    assert places(f"talk = observed.conversation(DEMO)\n{body}", play) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "assert int(observed.client['mtu'].stdout[0]) == 1500",
            'mtu on client printed "1400"',
        ),
        (
            "assert observed.client['mtu'].stdout[1].split()[2] == 'Bob'",
            'mtu on client printed "this is Ada"',
        ),
        (
            "assert observed.client['mtu'].error == 'OSError: no'",
            'mtu on client ended well; should have been "OSError: no"',
        ),
    ],
)
def test_a_part_of_a_line_is_not_taken_for_the_line(places: Places, body: str, words: str) -> None:
    play = Play()
    play.runs("client", "mtu")
    play.says("client", "1400")
    play.says("client", "this is Ada")
    assert places(body, play) == words


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("assert talk.sent == LINES + b'end'", 'should have been followed by "end"'),
        (
            "assert talk.sent == LINES.replace(b'5', b'V')",
            'should have been "… line 3 line 4 line V line 6 line 7 line 8 line 9"',
        ),
        (
            "assert talk.sent == b'Line' + LINES[4:25]",
            'should have been "Line 0 line 1 line 2 line"',
        ),
        ("assert talk.sent == b''", "should have been nothing more"),
    ],
)
def test_of_a_long_packet_that_part_is_told_that_should_have_been_another(
    places: Places, body: str, due: str
) -> None:
    play = Play()
    play.opens()
    lines = b" ".join(b"line %d" % number for number in range(10))
    play.tcp("client", "PSH ACK", lines)
    told = places(f"LINES = {lines!r}\ntalk = observed.conversation(DEMO)\n{body}", play)
    assert told.partition("; ")[2] == due
