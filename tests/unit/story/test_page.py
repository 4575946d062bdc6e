"""What is drawn, and where, before a browser sees it; and that nothing of a stranger is markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from played import Play, hello, timeline_of, transfer

from lab.observation.verdict import Outcome, Verdict
from lab.story.page.ip_headers import side_by_side
from lab.story.page.ladder import layout, picture
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.drawing import ArrowShape, Drawing, FoldShape, NoteShape
from lab.story.page.ladder.frame import LINE, NARROW, WIDE, frame
from lab.story.page.ladder.layout import PIECE, lay_out
from lab.story.page.ladder.placement import SLANT
from lab.story.page.lesson import Lesson, rendered
from lab.story.page.packets import BYTES, HEADERS, MOST_TAKEN_APART, TIME, Words, anatomy
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text
from lab.story.text import cells
from lab.story.timeline.fold import Fold
from lab.story.timeline.note import Note
from lab.wire.address import Family

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>\x1b[2J\u202e'\""
)


def drawn(play: Play, width: int = WIDE) -> Drawing:
    observation = play.observation()
    return lay_out(timeline_of(observation), width)


def ways(drawing: Drawing) -> list[ArrowShape]:
    return [part for part in drawing.shapes if isinstance(part, ArrowShape)]


def opened(drawing: Drawing) -> list[ArrowShape]:
    """Return the arrows that are shown where all folds are opened."""
    return [way for fold in drawing.folds for piece in fold for way in ways(piece)]


def hostile() -> Play:
    play = Play()
    play.runs("server", HOSTILE)
    play.runs("client", "client.py", HOSTILE, exit_status=1)
    play.opens()
    play.tcp("client", "PSH ACK", HOSTILE.encode())
    play.says("client", HOSTILE)
    play.says("client", HOSTILE, "stderr")
    play.looks_up("<b>server", "10.77.0.20")
    play.closes()
    return play


def shout(sender: str = "client", times: int = 1) -> Play:
    """Return a run in which datagrams are for all hosts."""
    play = Play(tapped=("client", "server", "dns"))
    for host in play.tapped:
        play.runs(host, f"{host}.py")
    heard = [host for host in play.tapped if host != sender]
    for _ in range(times):
        play.shouts(sender, b"Hello everybody", *heard)
    return play


def talks() -> Play:
    """Return a long run of two connections at once, with packets lost, sent again and quoted."""
    play = transfer(10)
    for number in range(150):
        ports = (40001 + number % 2, 15000)
        words = f"line {number}, long enough to be cut on its way to the server\n".encode()
        play.tcp("client", "PSH ACK", words, ports=ports, lost=number % 7 == 3)
        play.tcp("client", "ACK", b"\x80" * 300, ports=ports, again=number % 5 == 1)
    return play


class Markup(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Markup()
    parser.feed(text)
    return parser.elements


def test_every_arrow_falls_on_its_way_because_travelling_takes_time() -> None:
    drawing = drawn(hello())
    heights = drawing.heights
    assert ways(drawing)
    assert all(heights[way.stop] - heights[way.start] >= SLANT for way in ways(drawing))


def test_arrows_stand_in_the_order_in_which_the_packets_were_sent() -> None:
    drawing = drawn(hello())
    starts = [drawing.heights[way.start] for way in ways(drawing)]
    assert starts == sorted(starts)


def test_an_arrow_goes_from_its_senders_life_line_to_its_receivers() -> None:
    syn, answer = ways(drawn(hello()))[:2]
    assert (syn.label, answer.label) == ("SYN", "SYN ACK")
    assert (syn.x1, syn.x2) == (answer.x2, answer.x1)
    assert syn.x1 < syn.x2


@pytest.mark.parametrize("host", ["client", "server"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_what_is_said_last_is_in_the_picture_however_long(host: str, width: int) -> None:
    play = hello()
    play.says(host, "word " * 40)
    drawing = drawn(play, width)
    (last,) = [
        each for each in drawing.shapes if isinstance(each, NoteShape) and len(each.lines) > 3
    ]
    bottom = drawing.heights[last.tick] + last.down + (len(last.lines) - 1) * LINE
    assert bottom <= drawing.heights[-1]


def test_a_lost_packets_arrow_ends_before_the_receivers_life_line() -> None:
    play = hello()
    play.tcp("client", "PSH ACK", b"gone", lost=True)
    arrived, lost = ways(drawn(play))[0], ways(drawn(play))[-1]
    assert lost.lost
    assert lost.x1 < lost.x2 < arrived.x2


def test_a_packet_that_overtakes_another_crosses_its_arrow() -> None:
    play = Play()
    play.opens()
    play.tcp("client", "PSH ACK", b"first")
    slow = play.packets["server"].pop()
    play.tcp("client", "PSH ACK", b"second")
    play.frame("server", slow.data, play.time_ns + 900_000)
    drawing = drawn(play)
    there = {way.label[:8]: drawing.heights[way.stop] for way in ways(drawing)}
    assert there['"first" '] > there['"second"']


def test_words_of_one_host_never_stand_over_each_other() -> None:
    for width in (WIDE, NARROW):
        drawing = drawn(hello(), width)
        heights = drawing.heights
        by_place: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        for part in drawing.shapes:
            if isinstance(part, NoteShape):
                top = heights[part.tick] + part.down
                by_place.setdefault((part.x, part.ends), []).append((top, len(part.lines) * 16))
        assert by_place
        for found in by_place.values():
            for (top, height), (below, _) in pairwise(found):
                assert top + height <= below


def test_a_silence_stands_between_the_packets_around_it() -> None:
    play = hello()
    play.wait(2000)
    play.tcp("client", "ACK")
    play.tcp("server", "RST")
    drawing = drawn(play)
    gap = next(part for part in drawing.shapes if isinstance(part, FoldShape))
    assert "of silence" in gap.lines[0]
    at = drawing.heights[gap.tick]
    before = [way for way in ways(drawing) if drawing.heights[way.stop] < at]
    after = [way for way in ways(drawing) if drawing.heights[way.start] > at]
    assert len(after) == 2
    assert len(before) + len(after) == len(ways(drawing))


def test_what_is_folded_takes_no_room_until_it_is_opened() -> None:
    few, many = drawn(transfer(20)), drawn(transfer(120))
    assert abs(few.heights[-1] - many.heights[-1]) < 40
    assert len(opened(many)) > 100
    assert any(isinstance(part, FoldShape) and part.fold is not None for part in many.shapes)


def test_a_picture_of_ten_thousand_packets_stays_small() -> None:
    drawing = drawn(transfer(10_000))
    assert len(drawing.shapes) < 200
    (pieces,) = drawing.folds
    assert max(len(ways(piece)) for piece in pieces) == PIECE
    assert len(ways(drawing)) + len(opened(drawing)) > 10_000


def test_beyond_the_most_that_is_laid_out_the_page_says_where_the_rest_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layout, "MOST_OPENED", 250)
    (first, last), *others = drawn(transfer(1000)).folds
    assert not others
    assert len(ways(first)) + len(ways(last)) == 250
    sentence = last.shapes[-1]
    assert isinstance(sentence, FoldShape)
    assert sentence.piece is None
    assert "too many to draw: see the lists below" in " ".join(sentence.lines)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize(
    "play", [talks(), shout("server", 200)], ids=["two connections", "to all hosts"]
)
def test_an_opened_folds_arrows_are_those_of_a_ladder_without_folds(
    play: Play, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = drawn(play, width)
    monkeypatch.setattr(layout, "fold", list)
    whole = {way.packet: way for way in ways(drawn(play, width))}
    assert len(opened(folded)) > 100
    for way in opened(folded):
        assert replace(way, start=0, stop=0) == replace(whole[way.packet], start=0, stop=0)


@pytest.mark.parametrize("segments", [120, 500])
def test_a_band_goes_on_through_the_pieces_of_a_fold(segments: int) -> None:
    for piece in drawn(transfer(segments)).folds[0]:
        states = [band for band in piece.bands if band.state == "ESTABLISHED"]
        assert {(band.start, band.stop) for band in states} == {(0, len(piece.steps) - 1)}
        assert len(states) == 2


def test_a_state_that_changes_in_a_fold_is_another_below_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        layout, "fold", lambda moments: [moments[0], Fold(moments[1].time_ns, "all", moments[1:])]
    )
    observation = hello().observation()
    drawing = lay_out(timeline_of(observation), WIDE, opens=False)
    last = {band.state for band in drawing.bands if band.stop == len(drawing.steps) - 1}
    assert "ESTABLISHED" not in last
    assert "TIME_WAIT" in last


def test_a_band_for_each_state_that_a_socket_was_in() -> None:
    states = {band.state for band in drawn(hello()).bands}
    assert {"LISTEN", "SYN_SENT", "ESTABLISHED", "FIN_WAIT2", "TIME_WAIT"} <= states
    assert "CLOSED" not in states


def test_a_band_ends_where_the_next_state_of_its_socket_begins() -> None:
    client = [
        band for band in drawn(hello()).bands if band.x == min(b.x for b in drawn(hello()).bands)
    ]
    client.sort(key=lambda band: band.start)
    assert [band.stop for band in client[:-1]] == [band.start for band in client[1:]]


def test_every_byte_of_every_header_has_its_place() -> None:
    observation = hello(Family.IPV6).observation()
    told = anatomy(timeline_of(observation), Words())
    json.dumps(told)
    for packet in told["packets"]:
        for shape, _, values in packet[HEADERS]:
            name, fields = told["shapes"][shape]
            assert len(fields) == len(values), name
            assert all(bits > 0 and bit >= 0 for _, bit, bits in fields)


def test_a_layout_that_many_headers_share_is_told_once() -> None:
    observation = transfer(200).observation()
    told = anatomy(timeline_of(observation), Words())
    assert len(told["packets"]) > 200
    assert len(told["shapes"]) < 10


def test_of_a_very_long_run_only_the_first_packets_are_taken_apart() -> None:
    observation = transfer(MOST_TAKEN_APART + 10).observation()
    packets = anatomy(timeline_of(observation), Words())["packets"]
    assert packets[0][BYTES]
    assert len(packets[-1]) == BYTES
    assert packets[-1][TIME]


def test_a_page_of_the_first_lesson_is_within_its_budget() -> None:
    observation = hello().observation()
    lesson = Lesson(
        "TCP connect", "# TCP\n" + "words " * 1000, {"client.py": "import socket\n" * 60}
    )
    verdicts = [Verdict("test_it_works", Outcome.HOLDS)]
    assert len(render_page(timeline_of(observation, verdicts), lesson).encode()) < 150_000


def test_a_hostile_program_adds_no_element_and_no_attribute() -> None:
    lesson = Lesson(HOSTILE, f"# {HOSTILE}\n\n{HOSTILE}\n", {"client.py": f"x = {HOSTILE!r}"})
    verdicts = [Verdict("test_that", Outcome.FAILS, HOSTILE)]
    observation = replace(
        hostile().observation(HOSTILE), remarks=(HOSTILE,), versions={"Lab": HOSTILE}
    )
    text = render_page(timeline_of(observation, verdicts), lesson, command=HOSTILE)
    tags = [tag for tag, _ in elements(text)]
    assert tags.count("script") == 2
    assert not {"img", "b", "iframe", "object"} & set(tags)
    assert not any(name.startswith("on") for _, attributes in elements(text) for name in attributes)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_hostile_program_adds_no_element_to_a_picture_alone() -> None:
    text = picture.svg(timeline_of(hostile().observation(HOSTILE)))
    tags = {tag for tag, _ in elements(text)}
    assert tags <= {"svg", "title", "style", "rect", "text", "tspan", "line", "g", "path"}
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,<script>1</script>", "vbscript:x"]
)
def test_a_link_in_a_readme_that_would_run_something_is_no_link(link: str) -> None:
    html = rendered(Lesson("", f"[click]({link})"))
    assert "<a" not in html


def test_a_readme_may_fold_answers_away_and_use_no_other_markup() -> None:
    html = rendered(
        Lesson("", "<details><summary>Answer</summary>\n\nYes.\n</details>\n\n<b>no</b>")
    )
    assert "<details><summary>Answer</summary>" in html
    assert "<b>" not in html
    assert "<!--" not in rendered(Lesson("", "<!-- story: ipv4 -->\n\ntext"))


def test_a_readmes_link_to_a_program_leads_to_it_within_the_page() -> None:
    lesson = Lesson(
        "", "[it](client.py), [other](../ping/README.md)", {"client.py": "pass"}, "../../x"
    )
    html = rendered(lesson)
    assert 'href="#file-client-py"' in html
    assert 'href="../../x/../ping/README.md"' in html


def test_a_page_asks_nothing_of_any_network() -> None:
    text = render_page(timeline_of(hello().observation()))
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)
    assert "default-src 'none'" in text


def test_a_run_in_which_nothing_happened_has_a_page_too() -> None:
    assert "no packet crossed the wire" in render_page(timeline_of(Play().observation()))


def test_the_ip_headers_of_both_versions_stand_side_by_side() -> None:
    four, six = (timeline_of(hello(family).observation()) for family in Family)
    for pair in (side_by_side(four, six), side_by_side(six, four)):
        old, new = ({field["name"]: field for field in each["fields"]} for each in pair)
        assert [each["length"] for each in pair] == [20, 40]
        assert old["Time to Live"]["said"] == "now Hop Limit"
        assert new["Hop Limit"]["said"] == "was Time to Live"
        assert new["Hop Limit"]["key"] == old["Time to Live"]["key"]
        assert {name for name, field in old.items() if field["fate"] == "gone"} >= {
            "IHL",
            "Identification",
            "Header Checksum",
        }
        assert [name for name, field in new.items() if field["fate"] == "new"] == ["Flow Label"]
        assert {name for name, field in new.items() if field["fate"] == "kept"} == {
            "Version",
            "Source Address",
            "Destination Address",
        }
        for each in pair:
            drawn = sum(
                piece["bits"] * piece["rows"]
                for field in each["fields"]
                for piece in field["pieces"]
            )
            assert drawn == each["length"] * 8


def test_runs_of_one_version_alone_are_not_compared() -> None:
    four, none = timeline_of(hello().observation()), timeline_of(Play().observation())
    assert side_by_side(four, four) == []
    assert side_by_side(four, none) == []


@pytest.mark.parametrize("sender", ["client", "server"])
def test_a_packet_for_many_is_one_arrow_with_an_end_at_each_who_got_it(sender: str) -> None:
    for width in (WIDE, NARROW):
        drawing = drawn(shout(sender), width)
        (way,) = ways(drawing)
        lines = {place.x for place in drawing.lifelines}
        assert {way.x1, way.x2, *way.branches} == lines
        assert "all, and " in way.direction
        assert way.direction.count(" and ") == 2


def test_sockets_beyond_the_lanes_share_one_from_the_first_to_the_last() -> None:
    lanes = Lanes(frame(("client", "server"), WIDE))
    for number in range(6):
        lanes.add(Note(0, "client", "", "state", socket=(number,), state="ESTABLISHED"), 0, number)
    for number in range(6):
        lanes.add(Note(0, "client", "", "state", socket=(number,), state="CLOSED"), 0, 10 + number)
    bands = lanes.bands(20)
    assert [(band.start, band.stop) for band in bands if band.state == "SEVERAL"] == [(3, 15)]
    assert sum(band.state == "ESTABLISHED" for band in bands) == 3


def test_what_stands_below_a_fold_is_below_all_of_its_lines() -> None:
    play = transfer(30)
    for number in range(40):
        play.tcp("client", "ACK", b"x" * number + b"\x80")
        play.tcp("server", "PSH ACK", b"\xfe" * (number % 3 + 1))
        play.says("client", f"line {number}")
        play.says("server", f"line {number}", "stderr")
    drawing = drawn(play, NARROW)
    heights = drawing.heights
    for gap in (part for part in drawing.shapes if isinstance(part, FoldShape)):
        below = heights[gap.tick] + 16 * len(gap.lines)
        after = [
            heights[way.start] for way in ways(drawing) if heights[way.start] > heights[gap.tick]
        ]
        assert min(after) > below


@pytest.mark.parametrize("play", [hello(), hello(Family.IPV6), transfer(40), shout()])
def test_the_page_and_the_terminal_say_the_same_words(play: Play) -> None:
    observation = play.observation()
    terminal = "".join(render_text(timeline_of(observation), width=200, color=False).split())
    for part in drawn(play).shapes:
        if isinstance(part, FoldShape) and part.said:
            said = "".join(part.said.partition(": ")[2].split())
        elif isinstance(part, NoteShape | FoldShape):
            said = "".join("".join(part.lines).split())
        elif isinstance(part, ArrowShape):
            said = "".join(part.label.split())
        else:
            continue
        assert said.replace("│", "").partition("…")[0] in terminal.replace("│", "")


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_of_a_story_of_many_hosts_is_wider_than_asked_for(width: int) -> None:
    for sender in ("client", "server"):
        text = render_text(timeline_of(shout(sender).observation()), width=width, color=False)
        assert max(map(cells, text.splitlines())) <= width
