"""A README's story stays true where packets and printed lines stay the same, and only then."""

from lab.observation.observation import HostObservation
from lab.observation.transcript import Line, Transcript
from lab.story.readme import blocks, essence, filled, printed
from lab.wire.address import Family

STORY = """tcp_connect · IPv4
TCP 10.77.0.10:54488 → 10.77.0.20:15000

    ms  client                       wire            server
        10.77.0.10                                   10.77.0.20
-22.53                                               LISTEN :15000
  0.00  (SYN_SENT)       ──── SYN ─────────────────▶ (SYN_RECV)
  0.03  ESTABLISHED      ◀───────────── SYN ACK ────
  0.05                   ──── ACK ─────────────────▶ ESTABLISHED
  0.38                   ──── "Hello World" 11 B ──▶
  0.48                   ◀─ "Hello Yourself" 14 B ── │ from 10.77.0.10: Hello
                                                     │ World
  5.16  │ Goodbye
"""


def test_other_times_ports_and_sampled_states_tell_the_same_story() -> None:
    other = (
        STORY.replace("54488", "40000").replace("0.38", "7.31").replace("(SYN_SENT)", "SYN_SENT  ")
    )
    assert essence(other) == essence(STORY)


def test_a_line_wrapped_elsewhere_tells_the_same_story() -> None:
    other = STORY.replace("Hello\n", "Hel\n").replace("│ World", "│ lo World")
    assert essence(other) == essence(STORY)


def test_another_printed_line_is_another_story() -> None:
    assert essence(STORY.replace("Goodbye", "Good night")) != essence(STORY)


def test_a_line_printed_by_the_other_side_is_another_story() -> None:
    moved = STORY.replace("  5.16  │ Goodbye", "  5.16" + " " * 47 + "│ Goodbye")
    assert essence(moved) != essence(STORY)


def test_a_state_beside_a_printed_line_is_no_part_of_what_was_printed() -> None:
    other = STORY.replace("  5.16  │ Goodbye", "  5.16  │ Goodbye" + " " * 36 + "TIME_WAIT")
    assert essence(other) == essence(STORY)


def test_lines_of_two_programs_of_one_host_may_come_in_either_order() -> None:
    one, two = "  5.20  │ port 1: reached\n", "  5.21  │ from 10.77.0.20\n"
    assert essence(STORY + one + two) == essence(STORY + two + one)
    assert essence(STORY + one + two) != essence(STORY + one)


def test_a_second_table_is_cut_at_columns_of_its_own() -> None:
    left, right = " │ I am here", " │ I hear violet"
    first = f"    ms  inside        wire         nat\n   0.1  {left}\n"
    second = f"    ms  nat   wire   server\n   0.2                {right}\n"
    slow = second.replace("    ms", "      ms").replace("   0.2", "-12140.2")
    assert essence(first + second) == essence(first + slow)
    assert [sum(each.values()) for each in essence(first + slow).printed] == [7, 0, 0, 11]


def test_a_line_is_its_hosts_in_whichever_table_it_stands() -> None:
    says, heads = "   0.1  │ I am here\n", ("nat   wire   server", "nat   wire   inside")
    first, second = (f"    ms  {head}\n" for head in heads)
    assert essence(first + says + second) == essence(first + second + says)
    hears = says.replace("  │", " " * 17 + "│")
    assert essence(first + hears + second) != essence(first + second + hears)


def test_a_packet_more_is_another_story() -> None:
    reset = "  6.00                   ──── RST ─────────────────▶\n"
    assert essence(STORY + reset) != essence(STORY)


def test_a_message_of_another_length_is_another_story() -> None:
    assert essence(STORY.replace("11 B", "12 B")) != essence(STORY)


def test_a_readme_is_filled_block_by_block_and_the_rest_of_it_is_kept() -> None:
    readme = "# T\n\n<!-- story: ipv4 -->\n\n```text\nold\n```\n\nrest\n"
    readme += "\n<!-- story: tcp_connect ipv6 -->\n\n```text\nother\n```\n"
    new = filled(readme, {(None, Family.IPV4, None): "new\n"})
    assert [(block.scenario, block.family, block.story) for block in blocks(new)] == [
        (None, Family.IPV4, "new\n"),
        ("tcp_connect", Family.IPV6, "other\n"),
    ]
    assert "\n\nrest\n" in new


README = "# T\n\n<!-- printed: ipv4 client -->\n\n```text\n$ client.py\nafter 0.3 s\n```\n"


def test_what_a_host_printed_may_differ_in_its_numbers_and_in_nothing_else() -> None:
    [block] = blocks(README)
    assert (block.scenario, block.family, block.host) == (None, Family.IPV4, "client")
    assert block.says_the_same("$ client.py\nafter 0.4 s")
    assert not block.says_the_same("$ client.py\nbefore 0.3 s")


def test_another_labs_host_key_is_no_other_story() -> None:
    then, now = (f"key SHA256:{word * 10}x+/ of login" for word in ("Ab3d", "zY9/"))
    [block] = blocks(README.replace("after 0.3 s", then))
    assert block.says_the_same(f"$ client.py\n{now}")
    assert not block.says_the_same(f"$ client.py\n{now}".replace("SHA256", "MD5"))


def test_what_a_host_printed_is_filled_in_and_its_mark_is_kept() -> None:
    new = filled(README, {(None, Family.IPV4, "client"): "other"})
    assert new == "# T\n\n<!-- printed: ipv4 client -->\n\n```text\nother\n```\n"


def test_what_a_host_printed_is_told_program_by_program_and_obeys_no_control_character() -> None:
    ran = [
        Transcript("client", "one.py", ("server",), (Line(1, "stdout", "a\x1b[2J"),)),
        Transcript("client", "two.py", (), (Line(2, "stderr", "b"),)),
    ]
    told = printed(HostObservation("client", {}, tuple(ran)))
    assert told == "$ one.py server\na\\x1b[2J\n$ two.py\nb"


def test_the_packets_of_an_example_may_differ_but_not_what_is_printed() -> None:
    [block] = blocks(f"<!-- example: ipv4 -->\n\n```text\n{STORY}```\n")
    reset = "  6.00                   ──── RST ─────────────────▶\n"
    assert block.says_the_same(STORY + reset)
    assert not block.says_the_same(STORY.replace("Goodbye", "Good night"))
