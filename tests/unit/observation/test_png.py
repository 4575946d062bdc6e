"""What is known of a picture, whatever filters its encoder chose."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pictures import SAMPLES, filtered, picture

from lab.observation import png

RED, BLUE = b"\xff\0\0", b"\0\0\xff"
TWO = picture(RED + BLUE, BLUE + RED)
PALETTE = bytes([9, 9, 9, 1, 2, 3, 1, 2, 3, 7, 7, 7, 8, 8, 8])
ALPHAS = bytes([255, 255, 255, 0, 0])
SHOWN = [(9, 9, 9, 255), (1, 2, 3, 255), (1, 2, 3, 255), (0, 0, 0, 0), (0, 0, 0, 0)]


def stored(rows: list[bytes], kind: int, filters: list[int]) -> png.Png:
    """Return a picture that was written with a filter for each row, and read again."""
    above = [bytes(len(rows[0])), *rows]
    lines = [
        filtered(row, over, chosen, SAMPLES[kind])
        for row, over, chosen in zip(rows, above, filters, strict=False)
    ]
    palette, alphas = (PALETTE, ALPHAS) if kind == 3 else (b"", b"")
    return png.read(
        picture(*lines, kind=kind, filters=bytes(filters), palette=palette, alphas=alphas)
    )


def looks(pixel: bytes, kind: int) -> tuple[int, ...]:
    """Return what a pixel shows: nothing where it is fully transparent."""
    if kind == 3:
        return SHOWN[pixel[0]]
    return (0,) if kind in (4, 6) and pixel[-1] == 0 else tuple(pixel)


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[bytes], int, list[int]]:
    """Draw rows of few colours (often one), a colour type, and a filter for each row."""
    kind = draw(st.sampled_from(sorted(SAMPLES)))
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    sample = st.integers(0, 4) if kind == 3 else st.sampled_from([0, 1, 2, 127, 128, 200, 255])
    pixel = st.lists(sample, min_size=SAMPLES[kind], max_size=SAMPLES[kind]).map(bytes)
    colour = st.sampled_from(draw(st.lists(pixel, min_size=1, max_size=2)))
    row = st.lists(colour, min_size=width, max_size=width).map(b"".join)
    rows = draw(st.lists(row, min_size=height, max_size=height))
    filters = draw(st.lists(st.integers(0, 4), min_size=height, max_size=height))
    return rows, kind, filters


@given(pictures())
@example(([RED * 3, RED * 2 + BLUE], 2, [1, 4]))
@example(([b"\1\2\3\0" + b"\4\5\6\0"], 6, [4]))
@example(([b"\1\2\2\1"], 3, [3]))
def test_a_picture_is_blank_where_it_shows_one_colour_whatever_its_filters(
    drawn: tuple[list[bytes], int, list[int]],
) -> None:
    rows, kind, filters = drawn
    step = SAMPLES[kind]
    pixels = [row[at : at + step] for row in rows for at in range(0, len(row), step)]
    read = stored(rows, kind, filters)
    assert list(read.rows) == rows
    assert read.is_blank == (len({looks(pixel, kind) for pixel in pixels}) == 1)


@given(pictures(), st.data())
def test_pictures_are_equal_where_their_pixels_are(
    drawn: tuple[list[bytes], int, list[int]], data: st.DataObject
) -> None:
    rows, kind, filters = drawn
    again = data.draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    other = list(rows)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(rows) - 1))
        other[at] = other[at][1:] + other[at][:1]
    one, two = stored(rows, kind, filters), stored(other, kind, again)
    assert (one == two) == (rows == other)
    assert one != rows
    assert hash(one) == hash(stored(rows, kind, again))


def test_a_picture_tells_its_size_and_its_colours() -> None:
    assert png.read(TWO).colours == {RED, BLUE}
    assert (png.read(TWO).width, png.size(TWO)) == (2, (2, 2))


def test_each_filter_is_undone() -> None:
    # By hand from PNG's 9.2: every row is 10 20 30 40 in grey.
    rows = [bytes([10, 20, 30, 40]), bytes([10, 10, 10, 10]), bytes(4)]
    rows += [bytes([5, 5, 5, 5]), bytes(4)]
    read = png.read(picture(*rows, kind=0, filters=bytes([0, 1, 2, 3, 4])))
    assert list(read.rows) == [bytes([10, 20, 30, 40])] * 5


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"GIF89a", TWO[:40], TWO[:-12], TWO.replace(b"IDAT", b"IDAX"), TWO[:50] + b"x"),
        picture(RED, filters=b"\5"),
        picture(b""),
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="PNG"):
        png.read(data)
