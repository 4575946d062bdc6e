"""PNG pictures, as far as judging a screenshot goes: how large one is, and whether it is blank.

PNG (Third Edition), W3C Recommendation, https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import eq

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 1 << 24

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour types, 11.2.1
_PALETTE = 3
_WITH_ALPHA = (4, 6)


@dataclass(frozen=True, eq=False)
class Png:
    """A picture: ``filtered`` has each row as stored, the number of its filter first.

    ``pixel`` is the bytes to a pixel, ``kind`` the colour type (11.2.1), and ``palette`` has RGBA.
    """

    width: int
    height: int
    pixel: int
    filtered: tuple[bytes, ...]
    kind: int
    palette: tuple[bytes, ...]

    @property
    def rows(self) -> Iterator[bytes]:
        """The bytes of each row, with the row's filter undone; slow (seconds for a screenshot)."""
        above = bytes(self.width * self.pixel)
        for row in self.filtered:
            above = _undone(row, above, self.pixel)
            yield above

    @property
    def colours(self) -> set[bytes]:
        """The colours that occur, each as the bytes of a pixel (of a palette's entry)."""
        return {colour for row in self.rows for colour in self._colours(row)}

    @property
    def is_blank(self) -> bool:
        """Whether all of it has one colour."""
        found: set[bytes] = set()
        for row in self.rows:
            found |= self._colours(row)
            if len(found) > 1:
                return False
        return True

    def _colours(self, row: bytes) -> set[bytes]:
        step = self.pixel
        return {
            self._seen(each) for each in {row[at : at + step] for at in range(0, len(row), step)}
        }

    def _seen(self, pixel: bytes) -> bytes:
        """Return the colour that a pixel shows; what is fully transparent shows none."""
        if self.kind == _PALETTE and pixel[0] < len(self.palette):
            return self.palette[pixel[0]]
        return bytes(self.pixel) if self.kind in _WITH_ALPHA and pixel[-1] == 0 else pixel

    def __eq__(self, other: object) -> bool:
        """Tell whether the pixels are the same, whatever filters they are stored with."""
        if not isinstance(other, Png):
            return NotImplemented
        if self._form != other._form:
            return False
        for own, their in zip(self.filtered, other.filtered, strict=True):
            if own != their:
                # Below equal rows, the same filter gives different rows for different bytes.
                return own[0] != their[0] and all(map(eq, self.rows, other.rows))
        return True

    def __hash__(self) -> int:
        """Return the same number for equal pictures."""
        return hash(self._form)

    @property
    def _form(self) -> tuple[object, ...]:
        return (self.width, self.height, self.kind, self.palette)


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
    if width == 0 or height == 0:
        raise ValueError("the PNG picture has no pixels")
    if chunks[-1][0] != b"IEND":
        raise ValueError("the PNG picture is cut off")
    pixel = _SAMPLES[kind]
    stride = 1 + width * pixel
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    try:
        stored = zlib.decompressobj().decompress(packed, stride * height)
    except zlib.error as error:
        raise ValueError(f"the PNG picture is broken: {error}") from error
    if len(stored) != stride * height:
        raise ValueError(
            f"the PNG picture has {len(stored)} bytes of pixels, not {stride * height}"
        )
    rows = tuple(stored[at : at + stride] for at in range(0, len(stored), stride))
    for row in rows:
        if row[0] > 4:
            raise ValueError(f"PNG has no filter {row[0]}")
    return Png(width, height, pixel, rows, kind, _palette(dict(chunks)) if kind == _PALETTE else ())


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


def _palette(chunks: dict[bytes, bytes]) -> tuple[bytes, ...]:
    """Return the palette's entries as RGBA (11.2.2, 11.3.1.1); transparent ones are all zeros."""
    entries, alphas = chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b"")
    found = (
        entries[at : at + 3] + (alphas[at // 3 : at // 3 + 1] or b"\xff")
        for at in range(0, len(entries), 3)
    )
    return tuple(each if each[-1] else bytes(4) for each in found)


# In a picture of one colour, rows with the same filter are undone alike, which is slow.
@lru_cache(maxsize=8)
def _undone(stored: bytes, above: bytes, pixel: int) -> bytes:
    """Return a row with its filter undone (9.2)."""
    kind, row = stored[0], bytearray(stored[1:])
    if kind == 0:
        return bytes(row)
    if kind == 2:
        return bytes((own + up) & 255 for own, up in zip(row, above, strict=True))
    for x, up in enumerate(above):
        left, corner = (row[x - pixel], above[x - pixel]) if x >= pixel else (0, 0)
        row[x] = (row[x] + _predicted(kind, left, up, corner)) & 255
    return bytes(row)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    """Return what a filter takes a byte to be, from the bytes around it (9.2 to 9.4)."""
    if kind in (0, 1, 2):
        return (0, left, up)[kind]
    if kind == 3:
        return (left + up) // 2
    paeth = left + up - corner
    return min((left, up, corner), key=lambda each: abs(paeth - each))
