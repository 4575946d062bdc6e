"""A file that a program left is kept with the run, told in its story, and shown on its page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import picture
from played import Play, hello, timeline_of

from lab import Command, Program
from lab.errors import ScenarioInvalid, UsageError
from lab.observation import artifacts, store
from lab.observation.run import Run
from lab.scenario.program_keywords import MOST_LEFT
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text

TWO = picture(b"\xff\0\0\0\0\xff", b"\0\0\xff\xff\0\0")


def left_by_the_client(**files: bytes) -> Play:
    play = hello()
    named = {name.replace("_", "."): content for name, content in files.items()}
    play.transcripts["client"] = replace(play.transcripts["client"], files=named)
    return play


def test_a_file_that_was_left_is_kept_in_the_runs_folder_and_comes_back(tmp_path: Path) -> None:
    observed = left_by_the_client(page_png=TWO, log_txt=b"\xff\x00").observation()
    store.save(tmp_path, Run.of(observed))
    assert (tmp_path / "files" / "client-1-page.png").read_bytes() == TWO
    assert store.load(tmp_path).observation == observed
    assert artifacts.artifacts_of(observed).keys() == {"client-1-page.png", "client-1-log.txt"}


def test_an_earlier_runs_files_are_gone(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(left_by_the_client(page_png=TWO).observation()))
    store.save(tmp_path, Run.of(hello().observation()))
    assert list(tmp_path.glob("files/*")) == []


def test_a_record_from_before_files_were_kept_is_still_read(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(hello().observation()))
    path = tmp_path / store.RECORD
    document = json.loads(path.read_text())
    for host in document["hosts"]:
        for transcript in host["transcripts"]:
            del transcript["files"]
    path.write_text(json.dumps(document))
    assert store.load(tmp_path).observation == hello().observation()


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a/b"])
def test_a_record_that_names_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    store.save(tmp_path, Run.of(left_by_the_client(page_png=TWO).observation()))
    path = tmp_path / store.RECORD
    path.write_text(path.read_text().replace("page.png", name))
    with pytest.raises(UsageError, match="reading"):
        store.load(tmp_path)


def test_a_file_that_was_removed_is_named_when_the_run_is_read(tmp_path: Path) -> None:
    store.save(tmp_path, Run.of(left_by_the_client(page_png=TWO).observation()))
    (tmp_path / "files" / "client-1-page.png").unlink()
    with pytest.raises(UsageError, match=r"client-1-page\.png"):
        store.load(tmp_path)


def test_the_story_names_the_file_where_its_program_ended() -> None:
    told = render_text(
        timeline_of(left_by_the_client(page_png=TWO).observation(), verdicts=()),
        width=100,
        color=False,
    )
    assert f"left page.png, {len(TWO)} B" in told


def test_the_page_shows_a_picture_with_what_its_program_printed_in_its_place() -> None:
    play = left_by_the_client(page_png=TWO)
    play.says("client", 'a "quoted" <b>word')
    html = render_page(timeline_of(play.observation()))
    assert '<img src="data:image/png;base64,' in html
    assert 'width="2" height="2"' in html
    assert "&lt;b&gt;word" in html.partition("alt=")[2].partition(">")[0]
    assert 'href="files/client-1-page.png"' in html


def test_the_page_names_a_file_that_is_no_picture_and_does_not_show_it() -> None:
    html = render_page(
        timeline_of(left_by_the_client(page_png=b"<script>alert(1)</script>").observation())
    )
    assert "<img" not in html
    assert 'href="files/client-1-page.png"' in html


@pytest.mark.parametrize("name", ["/etc/passwd", "../page.png", "", ".page", "a/b.png", "-x"])
def test_a_program_leaves_files_in_its_own_folder_only(name: str) -> None:
    with pytest.raises(ScenarioInvalid, match="not a plain file name"):
        Command("browse", keeps=name)


def test_a_program_leaves_no_more_files_than_a_reader_looks_at() -> None:
    with pytest.raises(ScenarioInvalid, match="at most"):
        Program("a.py", keeps=[f"{n}.png" for n in range(MOST_LEFT + 1)])


def test_one_file_is_as_good_as_a_list_of_one() -> None:
    assert Program("a.py", keeps="a.png") == Program("a.py", keeps=["a.png"])


@pytest.mark.parametrize("side", [20_001, 0xFFFFFFFF])
def test_a_picture_that_says_it_is_enormous_gets_no_room_on_the_page(side: int) -> None:
    says = side.to_bytes(4, "big")
    enormous = TWO[:16] + says + says + TWO[24:]
    page = render_page(timeline_of(left_by_the_client(page_png=enormous).observation()))
    assert str(side) not in page
    assert "data:image/png" not in page
    assert "page.png" in page
