"""What stood on a screen that nobody sees becomes a picture: the part that is not empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from places import ROOT, script

from lab import png

BLACK, RED, BLUE = bytes(4), b"\x10\x20\xff\x00", b"\xff\x20\x10\x00"
"""Pixels as the X server has them: blue, green, red, and a byte that says nothing."""


@pytest.fixture(scope="module")
def screen() -> Any:
    return script(ROOT / "images/screen/socketlab-screen")


def frame(*rows: bytes) -> bytes:
    return b"".join(rows)


EMPTY = frame(*[BLACK * 5] * 4)
WINDOW = frame(
    BLACK * 5,
    BLACK + RED * 2 + BLUE + BLACK,
    BLACK + RED * 3 + BLACK,
    BLACK * 5,
)


def test_the_picture_is_what_the_window_covers_in_its_colours(screen: Any) -> None:
    read = png.read(screen.picture(WINDOW, EMPTY, 5, 4))
    assert (read.width, read.height) == (3, 2)
    red, blue = b"\xff\x20\x10", b"\x10\x20\xff"
    assert list(read.rows) == [red + red + blue, red * 3]
    assert not read.is_blank


@pytest.mark.parametrize("at", range(20))
def test_one_pixel_anywhere_is_a_picture_of_one_pixel(screen: Any, at: int) -> None:
    one = EMPTY[: 4 * at] + RED + EMPTY[4 * at + 4 :]
    read = png.read(screen.picture(one, EMPTY, 5, 4))
    assert (read.width, read.height, read.colours) == (1, 1, {b"\xff\x20\x10"})


def test_bytes_at_the_end_of_a_row_that_are_no_pixels_are_left_out(screen: Any) -> None:
    padded = [frame(RED * 2, BLACK * 3, b"pad."), frame(BLACK * 5, b"pad.")]
    read = png.read(screen.picture(frame(*padded), frame(padded[1], padded[1]), 5, 2))
    assert (read.width, read.height) == (2, 1)


@pytest.mark.parametrize(
    ("seen", "last"),
    [
        ([], None),
        ([EMPTY, EMPTY], None),
        ([WINDOW], WINDOW),
        ([WINDOW, WINDOW, b"half", EMPTY], WINDOW),  # it went away piece by piece
        ([WINDOW, EMPTY], WINDOW),
        ([b"half", WINDOW, WINDOW, EMPTY, EMPTY], WINDOW),
        ([WINDOW, WINDOW, b"half"], b"half"),  # asked for while it is there: as it is now
    ],
)
def test_what_stood_for_two_looks_counts_once_the_window_is_gone(
    screen: Any, seen: list[bytes], last: bytes | None
) -> None:
    kept = screen.Kept(EMPTY)
    for each in seen:
        kept.look(each)
    assert kept.last == last


def test_the_memory_of_the_x_server_is_read_as_its_header_says(screen: Any, tmp_path: Path) -> None:
    fields = [0] * 25
    # As XWDFile.h has them: size of the header, width, height, order of bytes, bits and row bytes.
    fields[0], fields[4], fields[5], fields[7], fields[11], fields[12], fields[19] = (
        *(108, 5, 4, 0, 32, 20, 2),
    )
    path = tmp_path / "Xvfb_screen0"
    path.write_bytes(screen.XWD_HEADER.pack(*fields) + b"a screen" + bytes(24) + WINDOW)
    memory = screen.Screen(path)
    assert (memory.width, memory.height, memory.frame()) == (5, 4, WINDOW)
    fields[11] = 16
    path.write_bytes(screen.XWD_HEADER.pack(*fields) + b"a screen" + bytes(24) + WINDOW)
    with pytest.raises(SystemExit, match="another form"):
        screen.Screen(path)
