"""What is on each sheet of a PDF that Chromium has printed."""

from __future__ import annotations

import re
import zlib

_PAGE = re.compile(rb"<<(?:(?!endobj).)*?/Type /Page\b(?:(?!endobj).)*", re.DOTALL)
_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b")


def sheets(pdf: bytes) -> list[bytes]:
    """Return what is drawn on each sheet of a PDF (ISO 32000-1, 7.7.3): its content stream."""
    starts = {int(found[1]): found.end() for found in _OBJECT.finditer(pdf)}
    found = []
    for page in _PAGE.finditer(pdf):
        number = re.search(rb"/Contents (\d+) 0 R", page[0])
        if number is None:
            found.append(b"")
            continue
        begin = pdf.index(b"stream", starts[int(number[1])]) + len(b"stream")
        begin += 2 if pdf[begin : begin + 2] == b"\r\n" else 1
        found.append(zlib.decompress(pdf[begin : pdf.index(b"endstream", begin)]))
    return found


def blank(sheet: bytes) -> bool:
    """Whether nothing is written on a sheet but its number, which is one piece of text."""
    return sheet.count(b"Tj") + sheet.count(b"TJ") <= 1
