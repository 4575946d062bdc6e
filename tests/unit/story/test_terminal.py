"""What a story tells of a run, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import frames
import pytest
from played import Play, connected, hello, timeline_of

from lab.observation.route import Routes
from lab.observation.verdict import Outcome, Verdict
from lab.story.terminal.render import render_text
from lab.story.timeline.transit import transits
from lab.wire.address import Address, Family
from lab.wire.packet import Question

STORIES = Path(__file__).parent / "stories"

HOLDING = [
    Verdict("test_the_client_hears_both_messages", Outcome.HOLDS),
    Verdict("test_the_server_closes_first", Outcome.HOLDS),
]


def told(
    play: Play,
    *,
    width: int = 80,
    color: bool = False,
    verdicts: Sequence[Verdict] = (),
    everything: bool = False,
) -> str:
    timeline = timeline_of(play.observation(), verdicts, everything=everything)
    return render_text(timeline, width=width, color=color)


def row(text: str, *words: str) -> str:
    """Return the one line of a story that has all these words."""
    found = [line for line in text.splitlines() if all(word in line for word in words)]
    assert len(found) == 1, f"{len(found)} lines have {words} in:\n{text}"
    return found[0]


def refused() -> Play:
    play = Play()
    play.runs("client", "client.py", "server", exit_status=1)
    play.wait(20)
    play.tcp("client", "SYN")
    play.next["server"] = 0
    play.tcp("server", "RST ACK")
    play.wait(2)
    play.says("client", "Traceback (most recent call last):", "stderr")
    play.says("client", '  File "client.py", line 6, in <module>', "stderr")
    play.says("client", "ConnectionRefusedError: [Errno 111] Connection refused", "stderr")
    return play


def lossy() -> Play:
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py", "server")
    play.wait(20)
    play.opens()
    play.tcp("client", "PSH ACK", b"Hello World", lost=True)
    play.wait(210)
    play.tcp("client", "PSH ACK", b"Hello World", again=True)
    play.tcp("server", "ACK")
    play.tcp("server", "PSH ACK", b"I hear you", lost=True)
    play.wait(220)
    play.tcp("server", "PSH ACK", b"I hear you", again=True)
    play.tcp("client", "ACK")
    play.closes()
    return play


@cache
def long_transfer(segments: int = 5000) -> Play:
    play = connected()
    for number in range(segments):
        play.tcp("client", "ACK", b"\x80" * 1448)
        if number % 2:
            play.tcp("server", "ACK")
    play.closes()
    return play


def pings(family: Family) -> Play:
    play = Play(family)
    play.runs("client", "ping", "-c", "2", "server")
    play.wait(5)
    play.looks_up("server.lab.test", "10.77.0.20")
    for number in (1, 2):
        play.pings("client", number)
        play.pings("server", number, reply=True)
        play.says("client", f"64 bytes from server.lab.test: icmp_seq={number} ttl=64")
        play.wait(1000)
    return play


def datagrams() -> Play:
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py", "server")
    play.wait(20)
    play.udp("client", "server", b"Hello World")
    play.wait(0.2)
    play.udp("server", "client", b"HELLO WORLD", ports=(15001, 40000))
    play.says("client", "HELLO WORLD")
    return play


def look_up() -> Play:
    play = Play()
    play.runs("client", "dig", "server.lab.test")
    play.wait(5)
    play.looks_up("server.lab.test", "10.77.0.20")
    play.looks_up("nobody.lab.test", None)
    return play


GOLDEN: dict[str, tuple[Callable[[], Play], int]] = {
    "hello_ipv4": (hello, 80),
    "hello_ipv6": (partial(hello, Family.IPV6), 80),
    "hello_ipv4_wide": (hello, 120),
    "refused": (refused, 80),
    "lossy": (lossy, 80),
    "long_transfer": (long_transfer, 80),
    "ping_ipv4": (partial(pings, Family.IPV4), 80),
    "ping_ipv6": (partial(pings, Family.IPV6), 80),
    "datagrams": (datagrams, 80),
    "look_up": (look_up, 80),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_story_is_the_one_that_was_approved(name: str) -> None:
    play, width = GOLDEN[name]
    text = told(play(), width=width)
    assert text == (STORIES / f"{name}.txt").read_text(encoding="utf-8")


def test_the_handshake_reads_as_three_arrows_with_the_states_beside_them() -> None:
    text = told(hello())
    arrows = [line for line in text.splitlines() if re.search("[▶◀]", line)][:3]
    assert "SYN_SENT" in arrows[0]
    assert "──── SYN ─" in arrows[0]
    assert arrows[0].count("▶") == 1
    assert re.search(r"ESTABLISHED\)? +◀─+ SYN ACK ────", arrows[1])
    assert re.search(r"──── ACK ─+▶ \(?ESTABLISHED", arrows[2])


def test_a_state_that_no_sample_confirmed_stands_in_parentheses_and_is_explained() -> None:
    text = told(hello())
    assert "(SYN_SENT)" in text
    assert re.search(r"[^(]TIME_WAIT\b[^)]", text)
    assert "(STATE): follows from the packets" in text


def test_a_story_without_inferred_states_does_not_explain_parentheses() -> None:
    assert "(STATE)" not in told(datagrams())


def test_times_count_from_the_first_packet_of_the_conversation() -> None:
    text = told(hello())
    assert row(text, "──── SYN ─").split()[0] == "0.00"
    assert row(text, "$ server.py").split()[0].startswith("-4")


def test_what_a_program_printed_stands_in_its_own_hosts_column() -> None:
    text = told(hello())
    heading = row(text, "wire")
    server = heading.index("server")
    assert row(text, "│ from 10.77.0.10").index("│") == server
    assert row(text, "│ Goodbye").index("│") < heading.index("wire")


def test_a_lost_packet_ends_on_its_way_and_is_explained() -> None:
    text = told(lossy())
    there = row(text, '"Hello World" 11 B lost')
    assert "✗" in there
    assert "▶" not in there
    assert there.rstrip().endswith("✗")
    back = row(text, '"I hear you" 10 B lost')
    assert "◀" not in back
    assert back.index("✗") < back.index('"')
    assert "✗ on the wire: sent, and never seen at the receiver" in text


def test_a_packet_sent_again_is_marked_as_a_retransmission() -> None:
    text = told(lossy(), width=100)
    assert "retransmission" in row(text, '"Hello World" 11 B', "▶")
    assert "retransmission" in row(text, '"I hear you" 10 B', "◀")


def test_a_run_of_duplicate_acks_is_counted() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "ACK", b"first")
    play.tcp("client", "ACK", b"second", lost=True)
    for number in range(12):
        play.tcp("client", "ACK", b"later %d" % number)
    play.next["client"] -= len(b"second") + sum(len(b"later %d" % n) for n in range(12))
    for _ in range(13):
        play.tcp("server", "ACK")
    text = told(play)
    assert "… 9 duplicate ACKs server → client; 0.8 ms …" in text


def test_the_handshake_is_whole_even_if_only_one_end_was_tapped() -> None:
    play = Play(tapped=("client",))
    play.opens()
    play.tcp("server", "PSH ACK", b"welcome")
    play.tcp("client", "ACK")
    text = told(play)
    assert text.count("──── ACK ─") == 2
    assert "Not drawn" not in text


def test_a_sample_of_another_socket_does_not_hide_what_the_packets_say() -> None:
    play = hello()
    remote = Address("10.77.0.10", 40000)
    late = play.samples["server"].pop()
    play.sees("server", "ESTABLISHED", 15000, remote)
    first = play.samples["server"].pop()
    play.samples["server"] += [
        replace(first, time_ns=late.time_ns - 1_500_000),
        replace(first, time_ns=late.time_ns + 8_000_000),
        replace(late, time_ns=late.time_ns + 9_000_000),
    ]
    assert "(FIN_WAIT1)" in row(told(play), "FIN ACK", "CLOSE_WAIT")


def test_a_silence_is_told() -> None:
    assert told(pings(Family.IPV4)).count("… 1.0 s of silence …") == 1
    assert "silence" not in told(lossy())


def test_a_refusal_is_said_on_the_arrow_and_no_state_is_made_up_for_the_server() -> None:
    text = told(refused())
    reset = row(text, "◀", "RST ACK refused")
    assert reset.rstrip().endswith("────")
    assert "SYN_RECV" not in text
    assert "✗ ConnectionRefusedError" in text


def test_what_a_failed_program_said_on_stderr_is_shown_below() -> None:
    below = told(refused()).partition("it said on stderr:")[2]
    assert "Traceback (most recent call last):" in below
    assert "ConnectionRefusedError: [Errno 111] Connection refused" in below


def test_ten_thousand_packets_take_no_more_than_two_screens() -> None:
    text = told(long_transfer())
    assert len(text.splitlines()) < 50
    assert "data segments client → server, 7.2 MB" in text
    assert "2,500 ACKs of data" in text


def test_a_long_conversation_in_turns_is_folded_too() -> None:
    play = Play()
    play.runs("client", "client.py")
    play.runs("server", "server.py")
    play.opens()
    for number in range(2000):
        play.tcp("client", "PSH ACK", b"question %d" % number)
        play.tcp("server", "PSH ACK", b"answer %d" % number)
        play.says("client", f"answer {number}")
    text = told(play)
    assert len(text.splitlines()) < 100
    assert '"question 0"' in text
    assert '"answer 1999"' in text
    assert re.search(r"lines printed by\s+client", text)


def test_everything_tells_every_packet() -> None:
    text = told(long_transfer(100), everything=True)
    assert text.count("1448 B of data") == 100
    assert "…" not in text
    assert len(re.findall("[▶◀]", text)) == 100 + 50 + 3 + 3


def test_looking_up_a_name_is_one_remark_beside_a_conversation() -> None:
    text = told(hello())
    assert "1 DNS look-up (server.ipv4.lab.test is 10.77.0.20)" in text.replace("\n  ", " ")
    assert "A? " not in text


def test_looking_up_a_name_is_the_story_where_nothing_else_happened() -> None:
    text = told(look_up())
    assert "A? server.lab.test" in row(text, "A? server")
    assert "A 10.77.0.20" in text
    assert "NXDOMAIN" in text
    assert "Not drawn" not in text


def test_the_name_server_has_a_column_where_everything_is_told() -> None:
    assert "dns 10.77.0.53" in told(hello(), everything=True, width=120)


def test_pings_are_named_and_numbered_in_both_ip_versions() -> None:
    for family in Family:
        text = told(pings(family))
        assert "▶" in row(text, "──── echo request 2")
        assert "◀" in row(text, "echo reply 2 ────")


def test_a_web_request_is_told_by_its_first_line() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"GET /index.html HTTP/1.1\r\nHost: server\r\n\r\n")
    play.tcp("server", "PSH ACK", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    text = told(play, width=100)
    assert "GET /index.html HTTP/1.1 42 B" in text
    assert "HTTP/1.1 404 Not Found 45 B" in text


def test_bytes_that_are_no_text_are_counted_and_not_shown() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", bytes(range(128, 228)))
    assert "100 B of data" in told(play)


def test_hostile_data_is_shown_and_not_obeyed() -> None:
    play = Play()
    play.runs("client", "client.py")
    play.opens()
    play.tcp("client", "PSH ACK", 'a\u202eb "quoted"\n'.encode())
    play.says("client", "\x1b[2Jgone\u202e \u2028<script>")
    text = told(play, width=120)
    assert "\x1b" not in text
    assert r'"a\u202eb \"quoted\"\n" 15 B' in text
    assert r"│ \x1b[2Jgone\u202e \u2028<script>" in text


def test_two_connections_of_the_same_hosts_are_numbered() -> None:
    play = Play()
    play.opens()
    play.next = {"client": 9000, "server": 9500}
    for sender, flags in (("client", "SYN"), ("server", "SYN ACK"), ("client", "ACK")):
        play.tcp(sender, flags, ports=(40002, 15000))
    text = told(play)
    assert "#1 TCP 10.77.0.10:40000 → 10.77.0.20:15000" in text
    assert "#2 TCP 10.77.0.10:40002 → 10.77.0.20:15000" in text
    assert "──── #1 SYN ─" in text
    assert "──── #2 SYN ─" in text
    assert "ESTABLISHED #2" in text


def three_hosts() -> Play:
    play = Play(tapped=("client", "server", "dns"))
    for host in play.tapped:
        play.runs(host, f"{host}.py")
    play.udp("client", "server", b"to the server")
    play.says("client", "asked the server")
    play.wait(1)
    play.udp("client", "dns", b"to the other one", ports=(40000, 15002))
    play.says("dns", "heard the client")
    return play


def test_three_hosts_stand_side_by_side_where_there_is_room() -> None:
    text = told(three_hosts(), width=120)
    heading = row(text, "server 10.77.0.20", "client 10.77.0.10", "dns 10.77.0.53")
    assert heading.index("server") < heading.index("client") < heading.index("dns")
    assert "◀" in row(text, '"to the server"')
    assert "▶" in row(text, '"to the other one"')


def test_three_hosts_are_told_pair_by_pair_where_there_is_not() -> None:
    text = told(three_hosts(), width=80)
    first, second = (part for part in text.split("    ms  ")[1:])
    assert '"to the server"' in first
    assert "│ asked the server" in first
    assert '"to the other one"' in second
    assert "│ heard the client" in second


def test_a_program_without_a_packet_is_told_together_with_what_it_printed() -> None:
    play = three_hosts()
    play.wait(1)
    play.udp("client", "server", b"to the server again")
    play.wait(1)
    play.runs("client", "quiet.py")
    play.wait(1)
    play.says("client", "I keep to myself")
    play.wait(1)
    play.runs("client", "loud.py")
    play.wait(1)
    play.udp("client", "dns", b"to the other one again", ports=(40001, 15002))
    first, second = (part for part in told(play).split("    ms  ")[1:])
    assert "$ quiet.py" in first
    assert "│ I keep to myself" in first
    assert "quiet.py" not in second
    assert "$ loud.py" in second
    assert "loud.py" not in first


def test_programs_that_sent_nothing_are_told_all_the_same() -> None:
    play = Play()
    play.runs("client", "client.py", exit_status=3)
    play.says("client", "I keep to myself")
    text = told(play)
    assert "│ I keep to myself" in text
    assert "✗ exit status 3" in text


def test_a_run_in_which_nothing_happened_says_so() -> None:
    assert "no program ran, and no packet crossed the wire" in told(Play())


def test_a_run_that_holds_says_how_many_expectations_hold() -> None:
    assert told(hello(), verdicts=HOLDING).splitlines()[0] == (
        "played · IPv4 · 2 of 2 expectations hold"
    )


def test_an_expectation_that_fails_shows_what_was_expected_and_what_was_seen() -> None:
    failing = Verdict("test_the_end_is_polite", Outcome.FAILS, "assert 'x' == 'y'\n  - x\n  + y")
    text = told(hello(), verdicts=[*HOLDING, failing])
    assert "2 of 3 expectations hold" in text.splitlines()[0]
    assert "✔ the server closes first" in text
    assert "✗ does not hold: the end is polite\n    assert 'x' == 'y'\n      - x\n" in text


def test_a_run_that_could_not_be_judged_never_looks_as_if_it_held() -> None:
    observation = hello().observation(inconclusive=("the capture at client lost 3 packets",))
    text = render_text(timeline_of(observation, verdicts=HOLDING), width=80, color=False)
    assert text.splitlines()[0] == "played · IPv4 · could not be judged"
    assert "? could not be judged: the capture at client lost 3 packets" in text


def test_what_no_program_should_do_is_said() -> None:
    play = hello()
    play.runs("client", "client.py", stopped_for="it had not ended after 10 s", exit_status=-9)
    text = told(play)
    assert "✗ client.py on client: it had not ended after 10 s" in text
    assert "✗ stopped by the lab" in text


def test_an_urgent_byte_is_told_on_its_arrow() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"abc")
    play.tcp("client", "PSH ACK URG", b"!", urgent=1)
    play.tcp("client", "PSH ACK URG", b"a\xff", urgent=2)
    text = told(play)
    assert "URG" not in row(text, '"abc" 3 B')
    assert row(text, '"!" 1 B URG urgent "!"')
    assert row(text, "2 B of data URG urgent byte 2")


def test_one_byte_that_was_lost_is_drawn_as_sent_again() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"x", lost=True)
    play.wait(210)
    play.tcp("client", "PSH ACK", b"x", again=True)
    play.tcp("server", "ACK")
    assert row(told(play), '"x" 1 B retransmission')
    assert "keep-alive" not in told(play)


def test_a_protocol_is_told_where_the_conversation_speaks_it() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"\1\0\0\0\1")
    assert "quit" not in told(play)
    assert row(told(play), "5 B of data")
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"GET / HTTP/1.1\r\n\r\n")
    assert row(told(play), " GET / HTTP/1.1 18 B")


def test_dns_over_tcp_is_told_where_a_message_is_whole() -> None:
    play, asked = Play(), frames.dns(7, 0x0100, [Question("big.lab.test", "TXT")])
    ports = (40000, 53)
    play.tcp("client", "SYN", ports=ports)
    play.tcp("server", "SYN ACK", ports=ports)
    play.tcp("client", "PSH ACK", len(asked).to_bytes(2, "big"), ports=ports)
    play.tcp("client", "PSH ACK", asked, ports=ports)
    text = told(play)
    assert row(text, "2 B of data")
    assert row(text, "TXT? big.lab.test")


def test_a_program_that_ended_before_it_listened_is_told_as_a_crash() -> None:
    unkept = "it ended before it listened on TCP 15000"
    for status, end in (
        (1, "exit status 1"),
        (-11, "ended by SIGSEGV"),
        (0, "ended before it lis"),
    ):
        play = Play()
        play.runs("server", "server.py", exit_status=status, unkept=unkept)
        if status:
            play.says("server", "OSError: [Errno 98] Address already in use", "stderr")
        text = " ".join(told(play).split())
        assert "stopped by the lab" not in text
        assert f"✗ {end}" in text
        assert unkept in text
        assert ("OSError: [Errno 98] Address already in use" in text) == bool(status)


def test_what_the_programs_did_wrong_is_told_once() -> None:
    play = hello()
    play.runs("client", "client.py", exit_status=3)
    sentence = "client.py on client: it ended with exit status 3"
    verdict = Verdict("test_every_program_ended", Outcome.FAILS, sentence)
    assert told(play).count(sentence) == 1
    assert told(play, verdicts=[verdict]).count(sentence) == 1


def test_a_server_at_one_address_only_is_told_with_that_address() -> None:
    play = Play()
    play.runs("server", "server.py")
    play.sees("server", "LISTEN", 9001)
    play.sees("server", "LISTEN", 9002, bound_to="127.0.0.1")
    play.sees("server", "LISTEN", 9003, bound_to="::1")
    text = told(play)
    assert row(text, "LISTEN 0.0.0.0:9001")
    assert row(text, "LISTEN 127.0.0.1:9002")
    assert row(text, "LISTEN [::1]:9003")


def test_the_engines_own_name_server_is_no_part_of_a_story() -> None:
    play = Play()
    play.runs("server", "server.py")
    play.sees("server", "LISTEN", 40000, bound_to="127.0.0.11")
    assert "LISTEN" not in told(play)


def test_a_command_is_told_so_that_it_can_be_typed_again() -> None:
    play = Play()
    play.runs("server", "server.py", "", "9001", "two words")
    assert row(told(play, width=120), "$ server.py '' 9001 'two words'")


def test_of_two_equal_packets_the_one_that_was_lost_is_drawn_as_lost() -> None:
    play = Play(Family.IPV6)
    play.udp("client", "server", b"the same", ports=(41000, 7000), lost=True)
    play.wait(5)
    play.udp("client", "server", b"the same", ports=(41000, 7000))
    observation = play.observation()
    first, again = transits(observation, Routes(observation))
    assert (first.lost, again.lost) == (True, False)
    assert again.arrived_ns is not None
