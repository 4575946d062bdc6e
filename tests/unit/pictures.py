"""PNG pictures made by hand, as their definition has it (PNG, Third Edition)."""

from __future__ import annotations

import struct
import zlib

from lab.observation import png

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def picture(
    *rows: bytes, kind: int = 2, filters: bytes = b"", palette: bytes = b"", alphas: bytes = b""
) -> bytes:
    """Return a PNG picture of rows of samples, stored as they are under these filters' numbers."""
    head = struct.pack(">IIBBBBB", len(rows[0]) // SAMPLES[kind], len(rows), 8, kind, 0, 0, 0)
    used = filters or bytes(len(rows))
    packed = zlib.compress(b"".join(bytes([f]) + row for f, row in zip(used, rows, strict=True)))
    colours = [(b"PLTE", palette), (b"tRNS", alphas)] if palette else []
    parts = [(b"IHDR", head), *colours, (b"IDAT", packed), (b"IEND", b"")]
    return png.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def filtered(row: bytes, above: bytes, kind: int, pixel: int) -> bytes:
    """Return a row under a filter (9.2); ``above`` has the pixels of the row above it."""
    a = bytes(pixel) + row[:-pixel]
    c = bytes(pixel) + above[:-pixel]
    predicted = {
        0: lambda left, up, corner: 0,
        1: lambda left, up, corner: left,
        2: lambda left, up, corner: up,
        3: lambda left, up, corner: (left + up) // 2,
        4: _paeth,
    }[kind]
    around = zip(row, a, above, c, strict=True)
    return bytes((own - predicted(*others)) % 256 for own, *others in around)


def _paeth(a: int, b: int, c: int) -> int:
    """Predict as PNG 9.4 has it, word for word."""
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c
