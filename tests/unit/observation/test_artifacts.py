"""A file that a program left is kept with the run, told in its story, and shown on its page."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from played import Play, hello, timeline_of

from lab import Command, Program
from lab.errors import ScenarioInvalid, UsageError
from lab.observation import artifacts, png, store
from lab.observation.run import Run
from lab.scenario.program import MOST_LEFT
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text


def picture(*rows: bytes, kind: int = 2, filters: bytes = b"") -> bytes:
    """Return a PNG picture of rows of samples, as its definition has it."""
    pixel = {0: 1, 2: 3, 6: 4}[kind]
    head = struct.pack(">IIBBBBB", len(rows[0]) // pixel, len(rows), 8, kind, 0, 0, 0)
    used = filters or bytes(len(rows))
    packed = zlib.compress(b"".join(bytes([f]) + row for f, row in zip(used, rows, strict=True)))
    parts = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return png.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


RED, BLUE = b"\xff\0\0", b"\0\0\xff"
TWO = picture(RED + BLUE, BLUE + RED)


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
    with pytest.raises(ScenarioInvalid, match="no plain name"):
        Command("browse", keeps=name)


def test_a_program_leaves_no_more_files_than_a_reader_looks_at() -> None:
    with pytest.raises(ScenarioInvalid, match="is the most"):
        Program("a.py", keeps=[f"{n}.png" for n in range(MOST_LEFT + 1)])


def test_one_file_is_as_good_as_a_list_of_one() -> None:
    assert Program("a.py", keeps="a.png") == Program("a.py", keeps=["a.png"])


def test_a_picture_of_one_colour_is_blank_and_of_two_is_not() -> None:
    assert png.read(picture(RED * 2, RED * 2)).is_blank
    assert png.read(TWO).colours == {RED, BLUE}
    assert (png.read(TWO).width, png.size(TWO)) == (2, (2, 2))


def test_each_filter_is_undone() -> None:
    # By hand from PNG's 9.2: every row is 10 20 30 40 in grey.
    filtered = [bytes([10, 20, 30, 40]), bytes([10, 10, 10, 10]), bytes(4)]
    filtered += [bytes([5, 5, 5, 5]), bytes(4)]
    read = png.read(picture(*filtered, kind=0, filters=bytes([0, 1, 2, 3, 4])))
    assert read.rows == (bytes([10, 20, 30, 40]),) * 5


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", TWO[:40], TWO[:-12], TWO.replace(b"IDAT", b"IDAX"), TWO[:50] + b"x"]
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        png.read(data)
