"""What is on each sheet of a PDF that Chromium has printed."""

from __future__ import annotations

import re
import zlib

_PAGE = re.compile(rb"<<(?:(?!endobj).)*?/Type /Page\b(?:(?!endobj).)*", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_PLACE = re.compile(rb"/([^\s/\[\]<>()]+)\s*\[(\d+) 0 R")
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


def places(pdf: bytes) -> dict[str, int]:
    """Return on which sheet, from 1, each named place of a PDF is (ISO 32000-1, 12.3.2.3)."""
    starts = {int(found[1]): found.end() for found in _OBJECT.finditer(pdf)}

    def inside(number: bytes) -> bytes:
        begin = starts[int(number)]
        return pdf[begin : pdf.index(b"endobj", begin)]

    order: list[bytes] = []

    def walk(number: bytes) -> None:
        node = inside(number)
        if kids := re.search(rb"/Kids\s*\[(.*?)\]", node, re.DOTALL):
            for kid in _REFERENCE.findall(kids[1]):
                walk(kid)
        else:
            order.append(number)

    root = re.search(rb"/Type /Catalog(?:(?!endobj).)*?/Pages (\d+) 0 R", pdf, re.DOTALL)
    names = re.search(rb"/Type /Catalog(?:(?!endobj).)*?/Dests (\d+) 0 R", pdf, re.DOTALL)
    if root is None or names is None:
        return {}
    walk(root[1])
    at = {number: sheet for sheet, number in enumerate(order, start=1)}
    return {_name(name): at[page] for name, page in _PLACE.findall(inside(names[1])) if page in at}


def _name(written: bytes) -> str:
    """Return a name as it is: #2F is a slash (ISO 32000-1, 7.3.5)."""
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), written)
    return plain.decode("utf-8", "replace")


def blank(sheet: bytes) -> bool:
    """Whether nothing is written on a sheet but its number, which is one piece of text."""
    return sheet.count(b"Tj") + sheet.count(b"TJ") <= 1
