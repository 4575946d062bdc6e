"""What is handed in is read into memory and bounded: nothing leads out, nothing is unpacked."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from lab.suite.grading import archive
from lab.suite.grading.archive import Refused, contents, links, name_of


def everything(_: str) -> bool:
    return True


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as made:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


FILES = {"alice/server.py": b"print(1)", "alice/client.py": b"print(2)"}


@pytest.mark.parametrize("end", ["zip", "tar", "tar.gz", "tar.bz2", "tgz"])
def test_each_kind_of_archive_is_read(tmp_path: Path, end: str) -> None:
    path = tmp_path / f"alice.{end}"
    modes = {"tar": "w", "tar.bz2": "w:bz2"}
    if end == "zip":
        zipped(path, FILES)
    else:
        tarred(path, FILES, modes.get(end, "w:gz"))
    assert contents(path, everything) == FILES
    assert name_of(path) == "alice"


def test_a_folder_is_read_without_links_and_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_bytes(b"print(1)")
    (tmp_path / "client.py").symlink_to("/etc/passwd")
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "server.py").write_bytes(b"old")
    os.mkfifo(tmp_path / "pipe.py")
    assert contents(tmp_path, everything) == {"server.py": b"print(1)"}
    assert sorted(links(tmp_path, everything)) == ["client.py", "out"]
    assert links(tmp_path, lambda name: name.endswith("client.py")) == ["client.py"]


@pytest.mark.parametrize(
    "name", ["../server.py", "a/../../server.py", "/etc/passwd", "C:\\server.py", "..\\server.py"]
)
@pytest.mark.parametrize("kind", ["a.zip", "a.tgz"])
def test_an_archive_with_a_path_outside_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    path = (zipped if kind == "a.zip" else tarred)(tmp_path / kind, {name: b"x"})
    with pytest.raises(Refused, match="leads out of the archive"):
        contents(path, everything)


def test_links_and_devices_in_a_tar_are_no_files(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as made:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo(f"server{kind.decode()}.py")
            member.type, member.linkname = kind, "/etc/passwd"
            made.addfile(member)
    assert contents(path, everything) == {}
    assert links(path, everything) == ["server2.py", "server1.py"]


def test_a_link_in_a_zip_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        member = zipfile.ZipInfo("server.py")
        member.external_attr = 0o120777 << 16
        made.writestr(member, "/etc/passwd")
    assert contents(tmp_path / "a.zip", everything) == {}
    assert links(tmp_path / "a.zip", everything) == ["server.py"]


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("server.py", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("server.py", "2")
    with pytest.raises(Refused, match=r"server\.py is in it twice"):
        contents(tmp_path / "a.zip", everything)


@pytest.mark.parametrize("end", ["zip", "tgz"])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, end: str) -> None:
    bomb = {"server.py": bytes(archive.MOST_ARCHIVE + 1)}
    path = zipped(tmp_path / "a.zip", bomb) if end == "zip" else tarred(tmp_path / "a.tgz", bomb)
    assert path.stat().st_size < 100_000
    with pytest.raises(Refused, match=r"larger than 1 MB|more than 32 MB"):
        contents(path, everything)


def test_many_files_and_much_content_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 5)
    path = tarred(tmp_path / "many.tgz", {f"{number}/": b"" for number in range(6)})
    with pytest.raises(Refused, match="more than 5 files"):
        contents(path, everything)
    monkeypatch.setattr(archive, "MOST_TAKEN", 5)
    with pytest.raises(Refused, match="more than 0 MB"):
        contents(zipped(tmp_path / "much.zip", {"a": b"123", "b": b"456"}), everything)


def test_a_directory_of_a_zip_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 1 << 30, 0, 0)
    (tmp_path / "a.zip").write_bytes(b"PK" + bytes(100) + end)
    with pytest.raises(Refused, match="far too many files"):
        contents(tmp_path / "a.zip", everything)


@pytest.mark.parametrize(
    "content", [b"", b"PK\3\4 cut off", b"\x1f\x8b\x08 no gzip", b"BZh9 nothing", b"hello" * 300]
)
def test_what_is_no_archive_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    for name in ("a.zip", "a.tar.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused, match=r"no whole zip or tar|no zip|cannot be read"):
            contents(tmp_path / name, everything)


@pytest.mark.parametrize("name", ["client.py", "homework.rar", "notes"])
@pytest.mark.parametrize(
    "content", [b"", b"import socket\n", b"print()\n" * 300, b"Rar!\x1a\x07\1"]
)
def test_a_single_file_is_told_what_a_submission_is(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    told = r"^it is a file, and no zip or tar: a submission is a folder, a zip or a tar with files$"
    with pytest.raises(Refused, match=told):
        contents(tmp_path / name, everything)


def test_what_is_locked_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"server.py": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(Refused, match="password"):
        contents(path, everything)
