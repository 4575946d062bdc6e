"""What runs left on a host is told from what stays, and removed whole, whatever it is."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import pytest

from lab.hosts.agent import leftovers, run_files


def told(family: int, peer: str, inode: int) -> bytes:
    """Return a connection as the kernel tells it: ``struct inet_diag_msg`` of linux/inet_diag.h."""
    ends = bytes(4 + 16) + socket.inet_pton(family, peer).ljust(16, b"\0") + bytes(12)
    return struct.pack("=BBBB", family, 1, 0, 0) + ends + struct.pack("=IIIII", 0, 0, 0, 0, inode)


@pytest.mark.parametrize(
    ("family", "peer"),
    [
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET6, "::1"),
        (socket.AF_INET6, "::ffff:127.0.0.1"),
    ],
)
def test_what_a_host_has_open_to_itself_stays_while_somebody_holds_it(
    family: int, peer: str
) -> None:
    assert leftovers.is_inward(told(family, peer, inode=7))
    assert not leftovers.is_inward(told(family, peer, inode=0))


@pytest.mark.parametrize("peer", ["10.77.0.10", "::ffff:10.77.0.10", "fd00:10:77::10"])
def test_what_it_has_open_to_another_host_does_not(peer: str) -> None:
    family = socket.AF_INET6 if ":" in peer else socket.AF_INET
    assert not leftovers.is_inward(told(family, peer, inode=7))


def test_a_folder_is_emptied_however_deep_it_is_and_no_link_is_followed(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    kept.write_text("still here")
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "-rf").write_text("a name like an option")
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("deeper")  # noqa: PTH102 - a path this long is none
            os.chdir("deeper")
    finally:
        os.fchdir(before)
        os.close(before)
    run_files.empty(folder)
    assert list(folder.iterdir()) == []
    assert kept.read_text() == "still here"


def test_what_cannot_be_removed_is_told_of() -> None:
    with pytest.raises(OSError, match="/proc/self/fdinfo cannot be emptied: find"):
        run_files.empty(Path("/proc/self/fdinfo"))


def test_a_link_itself_is_given_to_a_user_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to("/proc/self/status")
    # To change the owner of what it leads to would fail.
    run_files.give(tmp_path / "folder", os.getuid(), os.getgid())
