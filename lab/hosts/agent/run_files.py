"""The files of a run inside a host: put there before it, taken after it, with no link followed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import stat
import subprocess
from pathlib import Path


def put(folder: str, files: dict[str, bytes], user: str) -> None:
    """Make a folder that belongs to the user, with these files in it."""
    top = Path(folder)
    remove(top)
    for name, content in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    top.mkdir(parents=True, exist_ok=True)
    owner = pwd.getpwnam(user)
    give(top, owner.pw_uid, owner.pw_gid)


class Turns:
    """The folders of runs that are this agent's until it gives them back or ends."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def take(self, folder: str) -> None:
        """Wait until no other agent has it any more: one that was left alone still cleans it.

        An agent that has one folder already has those beside it, and does not wait for itself.
        """
        if folder not in self.taken:
            above = Path(folder).parent
            beside = [top for each, top in self.taken.items() if Path(each).parent == above]
            if not beside:
                above.mkdir(parents=True, exist_ok=True)
                beside = [os.open(above, os.O_RDONLY | os.O_DIRECTORY)]
                fcntl.flock(beside[0], fcntl.LOCK_EX)
            self.taken[folder] = beside[0]

    def give_back(self, folder: str) -> None:
        """Let other agents have it."""
        top = self.taken.pop(folder, None)
        if top is not None and top not in self.taken.values():
            os.close(top)


def give(top: Path, uid: int, gid: int) -> None:
    """Give a folder to a user with all that is in it, and follow no link.

    Each folder comes after what is in it: as long as it is root's, nobody puts a link there.
    """
    for path in sorted([top, *top.rglob("*")], reverse=True):
        os.chown(path, uid, gid, follow_symlinks=False)


def empty(folder: Path) -> None:
    """Remove all that is in a folder; raises OSError where something stays.

    Most hold plain files only. Folders are left to find(1): Python's own way gives up after a
    thousand in one another.
    """
    if not folder.is_symlink():
        with contextlib.suppress(OSError):  # find says why
            for entry in list(os.scandir(folder)):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry)  # noqa: PTH108 - in each run's way
    if folder.is_dir() and any(folder.iterdir()):
        words = ["find", str(folder), "-xdev", "-mindepth", "1", "-delete"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")
        if done.returncode or any(folder.iterdir()):
            raise OSError(f"{folder} cannot be emptied: {done.stderr.strip()[-200:]}")


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; raises OSError where something stays."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        empty(folder)
        folder.rmdir()


def add(folder: str, files: dict[str, bytes], user: str) -> None:
    """Put files of the user's into a folder, instead of those of the same names.

    A program may have changed what is there. So no link is followed; raises OSError for one.
    """
    owner = pwd.getpwnam(user)
    for name, content in files.items():
        *folders, last = Path(name).parts
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            for each in folders:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(each, dir_fd=at)
                    os.chown(each, owner.pw_uid, owner.pw_gid, dir_fd=at, follow_symlinks=False)
                below = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                os.close(at)
                at = below
            with contextlib.suppress(FileNotFoundError):
                os.unlink(last, dir_fd=at)
            made = os.open(last, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=at)
            with os.fdopen(made, "wb") as file:
                os.fchown(made, owner.pw_uid, owner.pw_gid)
                file.write(content)
        finally:
            os.close(at)


def get(path: str) -> bytes | None:
    """Return a file's content, or None where there is no such file."""
    with contextlib.suppress(FileNotFoundError):
        return Path(path).read_bytes()
    return None


def take(folder: str, name: str, most: int) -> tuple[int, bytes | None]:
    """Remove a file; return its size, and its content where that is no more than ``most`` bytes.

    A program chose what is there. So a link is not followed, and no pipe is waited for.
    """
    path = Path(folder, name)
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return 0, None
    try:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            return 0, None
        content = os.read(opened, about.st_size) if about.st_size <= most else None
    finally:
        os.close(opened)
    path.unlink()
    return about.st_size, content
