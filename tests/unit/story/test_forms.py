"""A story in its other forms: alone as a picture, as a diagram's text, in a notebook."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import places
import pytest
from click.testing import CliRunner
from played import hello, timeline_of

from lab.cli import lab
from lab.observation import store
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.story.mermaid import mermaid
from lab.story.page.ladder.picture import svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone in which tcp_connect has run over IPv4."""
    root = places.ROOT
    (tmp_path / "scenarios").symlink_to(root / "scenarios")
    (tmp_path / "compose.yaml").symlink_to(root / "compose.yaml")
    observation = hello().observation("tcp_connect")
    verdicts = [Verdict("test_it_holds", Outcome.HOLDS)]
    store.save(tmp_path / "out" / "tcp_connect" / "ipv4", Run.of(observation, tuple(verdicts)))
    monkeypatch.setenv("SOCKETLAB_ROOT", str(tmp_path))
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(screen, raising=False)
    return tmp_path


def test_the_picture_alone_is_a_whole_svg_document_with_its_own_colours() -> None:
    document = ElementTree.fromstring(svg(timeline_of(hello().observation())))
    assert document.tag == f"{SVG}svg"
    assert "ESTABLISHED" in "".join(document.itertext())
    assert document.find(f"{SVG}style") is not None
    assert not any("data-a" in each.attrib or "tabindex" in each.attrib for each in document.iter())


def test_the_picture_is_well_formed_whatever_a_program_prints() -> None:
    play = hello()
    play.says("client", "\x00\x1b]0;x\x07 <b>&amp; ]]> \ud800 \uffff")
    ElementTree.fromstring(svg(timeline_of(play.observation())))


def test_a_diagram_has_the_hosts_the_packets_and_the_words() -> None:
    lines = mermaid(timeline_of(hello().observation())).splitlines()
    assert lines[0] == "sequenceDiagram"
    assert "    participant h0 as client 10.77.0.10" in lines
    assert "    h0->>h1: SYN" in lines
    assert "    h1->>h0: SYN ACK" in lines
    assert "    Note over h0: │ Goodbye" in lines


def test_a_lost_packet_has_another_arrow_in_a_diagram() -> None:
    play = hello()
    play.tcp("client", "PSH ACK", b"gone", lost=True)
    assert "    h0-xh1: " in mermaid(timeline_of(play.observation()))


def test_what_a_program_prints_begins_no_new_statement_of_a_diagram() -> None:
    play = hello()
    play.says("client", "x; h0->>h1: made up %%{init} #quot; <img>\nh1->>h0: too")
    text = mermaid(timeline_of(play.observation()))
    assert not re.search("[;%<>{}]", re.sub(r"#\d+;|->>", "", text))
    assert "\nh1" not in text


def test_open_writes_the_page_where_it_is_missing_and_says_where_it_is(clone: Path) -> None:
    outcome = CliRunner().invoke(lab, ["open", "tcp_connect"], catch_exceptions=False)
    page = clone / "out" / "tcp_connect" / "ipv4" / "page.html"
    assert str(page) in outcome.output
    assert "<svg" in page.read_text(encoding="utf-8")


def test_open_without_a_name_makes_the_index(clone: Path) -> None:
    CliRunner().invoke(lab, ["open", "tcp_connect"], catch_exceptions=False)
    outcome = CliRunner().invoke(lab, ["open"], catch_exceptions=False)
    index = clone / "out" / "index.html"
    assert str(index) in outcome.output
    assert 'href="tcp_connect/ipv4/page.html"' in index.read_text(encoding="utf-8")


def test_story_tells_the_last_run_in_each_form(clone: Path) -> None:
    told = CliRunner().invoke(lab, ["story", "tcp_connect"], catch_exceptions=False).output
    assert "tcp_connect · IPv4 · 1 of 1 expectation holds" in told
    diagram = CliRunner().invoke(lab, ["story", "tcp_connect", "--mermaid"], catch_exceptions=False)
    assert diagram.output.startswith("sequenceDiagram")
    picture = clone / "ladder.svg"
    CliRunner().invoke(lab, ["story", "tcp_connect", "--svg", str(picture)], catch_exceptions=False)
    ElementTree.fromstring(picture.read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", ["open", "story"])
def test_of_what_never_ran_it_is_said_how_to_run_it(clone: Path, command: str) -> None:
    outcome = CliRunner().invoke(lab, [command, "tcp_connect", "--ipv6"])
    assert "it has not been run here" in str(outcome.exception)
    assert "lab run tcp_connect" in str(outcome.exception)
