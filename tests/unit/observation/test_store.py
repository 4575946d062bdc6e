"""A run's folder: what is the user's stays, no link is followed, and no reader sees half a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT
from played import Play, hello

from lab.clone import Clone
from lab.errors import UnknownName, UsageError
from lab.observation import store
from lab.observation.run import Run


def a_run(**files: bytes) -> Run:
    play = hello()
    left = {name.replace("_", "."): content for name, content in files.items()}
    play.transcripts["client"] = replace(play.transcripts["client"], files=left)
    return Run.of(play.observation())


def test_what_the_user_has_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    own = [tmp_path / "homework.pcap", tmp_path / "files" / "thesis.tex", tmp_path / "notes.txt"]
    for path in own:
        path.write_text("mine")
    for run in (a_run(page_png=b"1"), a_run(log_txt=b"2"), Run.of(Play().observation())):
        store.save(tmp_path, run)
        assert [path.read_text() for path in own] == ["mine"] * 3
    store.save(tmp_path, Run.of(Play(tapped=("client",)).observation()))
    assert sorted(path.name for path in tmp_path.glob("*.pcap")) == ["client.pcap", "homework.pcap"]
    assert [path.name for path in tmp_path.glob("files/*")] == ["thesis.tex"]


@pytest.mark.parametrize("name", ["client.pcap", "page.html", "story.txt", "observation.json"])
def test_a_folder_with_the_user_s_own_files_under_our_names_is_refused(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(UsageError, match=name) as caught:
        store.check_own(tmp_path, ["client", "server"])
    assert "would be overwritten" in str(caught.value)


def test_a_folder_of_an_earlier_run_is_used_again(tmp_path: Path) -> None:
    store.check_own(tmp_path / "new", ["client", "server"])
    store.save(tmp_path, a_run())
    for name in (store.PAGE, store.STORY):
        store.put(tmp_path / name, "ours")
    store.check_own(tmp_path, ["client", "server"])


def test_a_record_cannot_have_files_removed_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    store.save(folder, a_run(page_png=b"1"))
    own = tmp_path / "own.pcap"
    own.write_text("mine")
    path = folder / store.RECORD
    document = json.loads(path.read_text())
    document["hosts"][0]["name"] = "../../own"
    path.write_text(json.dumps(document))
    store.save(folder, a_run())
    assert own.read_text() == "mine"


def test_a_link_to_a_folder_of_files_is_refused(tmp_path: Path) -> None:
    target, folder = tmp_path / "target", tmp_path / "run"
    for each in (target, folder):
        each.mkdir()
    (target / "client-1-page.png").write_text("mine")
    store.save(folder, a_run(page_png=b"1"))
    (folder / "files" / "client-1-page.png").unlink()
    (folder / "files").rmdir()
    (folder / "files").symlink_to(target)
    with pytest.raises(UsageError, match="it is a link"):
        store.save(folder, a_run(page_png=b"2"))
    assert (target / "client-1-page.png").read_text() == "mine"


@pytest.mark.parametrize("name", ["client.pcap", "observation.json", "page.html"])
def test_a_link_is_replaced_and_not_followed(tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / name).symlink_to(target)
    store.save(folder, a_run())
    store.put(folder / store.PAGE, "a page")
    assert target.read_text() == "mine"
    assert not (folder / name).is_symlink()


@pytest.mark.parametrize("link", ["tcp", "tcp/ipv4"])
def test_a_link_below_out_is_refused(tmp_path: Path, link: str) -> None:
    place = tmp_path / "out" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path)
    with pytest.raises(UsageError, match="it is a link"):
        Clone(tmp_path).results("tcp", "ipv4")


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "/etc"])
def test_a_name_that_leads_out_of_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownName, match="no scenario's name"):
        Clone(tmp_path).results(name, "ipv4")


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    page, ends = tmp_path / store.PAGE, threading.Event()
    texts = {letter * 3_000_000 for letter in "ab"}
    store.put(page, min(texts))

    def write() -> None:
        while not ends.is_set():
            for text in texts:
                store.put(page, text)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(page.read_text() in texts for _ in range(100))
    finally:
        ends.set()
        writer.join()
    assert [path.name for path in tmp_path.iterdir()] == [store.PAGE]


def test_what_a_killed_command_was_writing_is_removed_by_the_next_run(tmp_path: Path) -> None:
    script = f"""
import os, sys
from pathlib import Path
from lab.observation import store
with store._whole(Path({str(tmp_path)!r}) / "page.html") as part:
    part.write_text("half")
    os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    (left,) = tmp_path.iterdir()
    os.utime(left, (0, 0))
    store.save(tmp_path, a_run())
    assert not left.exists()
