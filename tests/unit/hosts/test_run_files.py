"""The files of a run inside a host: what a program did to them leads the lab nowhere else."""

from __future__ import annotations

import fcntl
import os
import pwd
from pathlib import Path

import pytest

from lab.hosts.agent import run_files

USER = pwd.getpwuid(os.getuid()).pw_name


def test_files_are_put_instead_of_what_a_program_made_of_them(tmp_path: Path) -> None:
    run, outside = tmp_path / "run", tmp_path / "outside"
    run.mkdir()
    outside.write_text("untouched")
    (run / "changed.py").write_text("forged")
    (run / "link.py").symlink_to(outside)
    os.mkfifo(run / "pipe.py")
    files = dict.fromkeys(("changed.py", "link.py", "pipe.py", "new/deep/er.py"), b"true")
    run_files.add(str(run), files, USER)
    assert {name: (run / name).read_bytes() for name in files} == files
    assert not any((run / name).is_symlink() for name in files)
    assert outside.read_text() == "untouched"


@pytest.mark.parametrize("top", [True, False])
def test_a_folder_that_a_program_has_made_a_link_is_not_followed(tmp_path: Path, top: bool) -> None:
    run, outside = tmp_path / "run", tmp_path / "outside"
    outside.mkdir()
    if top:
        run.symlink_to(outside)
    else:
        run.mkdir()
        (run / "package").symlink_to(outside)
    with pytest.raises(OSError, match=r"Not a directory|symbolic link"):
        run_files.add(str(run), {"package/module.py": b""}, USER)
    assert list(outside.iterdir()) == []


def test_a_folder_is_given_after_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package" / "deeper").mkdir(parents=True)
    (tmp_path / "package" / "deeper" / "module.py").touch()
    (tmp_path / "package" / "link").symlink_to("/")
    given: list[Path] = []

    def chown(path: Path, uid: int, gid: int, *, follow_symlinks: bool) -> None:
        assert not follow_symlinks
        given.append(path)

    monkeypatch.setattr(os, "chown", chown)
    run_files.give(tmp_path, 1000, 1000)
    assert len(given) == 5
    # Whose folder it is puts a link where the next file was.
    assert all(given.index(path) < given.index(path.parent) for path in given[:-1])


def test_a_folder_is_emptied_of_all_kinds_of_files_and_no_link_is_followed(tmp_path: Path) -> None:
    run, outside = tmp_path / "run", tmp_path / "outside"
    (run / "deep" / "er").mkdir(parents=True)
    (run / "deep" / "er" / "file").touch()
    outside.mkdir()
    (outside / "file").touch()
    (run / "file").touch()
    (run / "link").symlink_to(outside)
    os.mkfifo(run / "pipe")
    run_files.empty(run)
    assert list(run.iterdir()) == []
    assert (outside / "file").exists()
    run.rmdir()
    run.symlink_to(outside)
    with pytest.raises(OSError, match="cannot be emptied"):
        run_files.empty(run)
    assert (outside / "file").exists()


def is_free(folder: Path) -> bool:
    """Try whether another agent would get a folder at once."""
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(top, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(top)
    return True


def test_an_agent_does_not_wait_for_itself_and_keeps_others_out_until_all_is_back(
    tmp_path: Path,
) -> None:
    turns = run_files.Turns()
    for name in ("bench", "program", "program"):
        turns.take(f"{tmp_path}/{name}")
    assert not is_free(tmp_path)
    turns.give_back(f"{tmp_path}/program")
    assert not is_free(tmp_path)
    turns.give_back(f"{tmp_path}/bench")
    assert is_free(tmp_path)
