"""Domain names in a DNS message (RFC 1035 §3.1), compressed ones too (§4.1.4)."""

from __future__ import annotations

POINTER = 0xC0
LONGEST = 255
MOST_POINTERS = 127  # no name has more labels, so none needs more pointers
_BACKSLASH = 0x5C


def escaped(data: bytes, special: bytes) -> str:
    """Return bytes as text; special and unprintable ones escaped (RFC 1035 §5.1)."""
    return "".join(
        f"\\{byte:03d}" if not 0x20 <= byte < 0x7F
        else f"\\{chr(byte)}" if byte in special or byte == _BACKSLASH
        else chr(byte)
        for byte in data
    )  # fmt: skip


def read_name(frame: bytes, at: int, message: int, stop: int) -> tuple[str, int] | None:
    """Return the name that begins at an offset and the offset after it; None where it is broken.

    ``message`` is where the message begins and ``stop`` where it ends. A pointer must lead to an
    offset before the labels read last, so that no chain of pointers can loop. At most
    ``MOST_POINTERS`` are followed, so that a hostile message is cheap to read.
    """
    labels: list[str] = []
    after = 0
    earliest = at
    size = pointers = 0
    while at < stop:
        length = frame[at]
        if length >= POINTER:
            if at + 2 > stop:
                return None
            after = after or at + 2
            at = message + ((length & 0x3F) << 8 | frame[at + 1])
            pointers += 1
            if at >= earliest or pointers > MOST_POINTERS:
                return None
            earliest = at
            continue
        at += 1
        if length == 0:
            return ".".join(labels) or ".", after or at
        size += length + 1
        if length > 63 or at + length > stop or size >= LONGEST:
            return None
        labels.append(escaped(frame[at : at + length], b"."))
        at += length
    return None
