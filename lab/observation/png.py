"""PNG pictures, as far as judging a screenshot goes: how large one is, and whether it is blank.

PNG (Third Edition), W3C Recommendation, https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 1 << 24

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour types, 11.2.1


@dataclass(frozen=True)
class Png:
    """A picture; ``rows`` has the bytes of each row, unfiltered, ``pixel`` bytes to a pixel."""

    width: int
    height: int
    pixel: int
    rows: tuple[bytes, ...]

    @property
    def colours(self) -> set[bytes]:
        """The colours that occur, each as the bytes of a pixel."""
        step = self.pixel
        return {row[at : at + step] for row in self.rows for at in range(0, len(row), step)}

    @property
    def is_blank(self) -> bool:
        """Whether all of it has one colour."""
        return len(self.colours) < 2


def size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height that a PNG picture says it has; None where it is none."""
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def read(data: bytes) -> Png:
    """Return a picture with eight bits to a sample that is not interlaced (browsers' are such).

    Raises ValueError where it is another, or is no whole PNG picture.
    """
    said = size(data)
    if said is None:
        raise ValueError("this is no PNG picture")
    chunks = list(_chunks(data))
    depth, kind, _, _, interlaced = chunks[0][1][8:13]
    width, height = said
    if depth != 8 or kind not in _SAMPLES or interlaced or width * height > MOST_PIXELS:
        raise ValueError(f"a PNG picture of depth {depth}, colour type {kind} is not read")
    if chunks[-1][0] != b"IEND":
        raise ValueError("the PNG picture is cut off")
    pixel = _SAMPLES[kind]
    length = (1 + width * pixel) * height
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    try:
        filtered = zlib.decompressobj().decompress(packed, length)
    except zlib.error as error:
        raise ValueError(f"the PNG picture is broken: {error}") from error
    if len(filtered) != length:
        raise ValueError(f"the PNG picture has {len(filtered)} bytes of pixels, not {length}")
    return Png(width, height, pixel, tuple(_rows(filtered, width * pixel, pixel)))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each chunk (5.3); ValueError for a wrong checksum."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        checksum = data[at + 8 + length : at + 12 + length]
        if zlib.crc32(name + body).to_bytes(4, "big") != checksum:
            raise ValueError("a part of the PNG picture has a wrong checksum")
        yield name, body
        at += 12 + length


def _rows(filtered: bytes, stride: int, pixel: int) -> Iterator[bytes]:
    """Yield each row with its filter undone (9.2)."""
    above = bytes(stride)
    for at in range(0, len(filtered), stride + 1):
        kind, row = filtered[at], bytearray(filtered[at + 1 : at + 1 + stride])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above, strict=True))
        elif kind:
            for x in range(stride):
                left = row[x - pixel] if x >= pixel else 0
                corner = above[x - pixel] if x >= pixel else 0
                row[x] = (row[x] + _predicted(kind, left, above[x], corner)) & 255
        above = bytes(row)
        yield above


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    if kind != 4:
        raise ValueError(f"PNG has no filter {kind}")
    paeth = left + up - corner
    return min((left, up, corner), key=lambda each: abs(paeth - each))
