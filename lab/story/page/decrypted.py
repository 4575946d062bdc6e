"""What TLS hid in a run, decrypted with the secrets that its own programs have logged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lab.story.text import harmless
from lab.story.timeline.timeline import Timeline
from lab.wire.tls.decrypt import Opened

MOST_TEXT = 2000
"""Characters that are shown of what one packet says."""

MOST_BYTES = 100_000
"""Bytes of decrypted records in a page, all together; of what comes later their number is told."""

READABLE = 0.9
"""Which part of some bytes must be text, so that they are shown as such."""


@dataclass(frozen=True)
class Row:
    """A packet's records, decrypted; ``number`` is the packet's place in the table of packets."""

    number: int
    time: str
    sender: str
    receiver: str
    said: str


def decrypted(timeline: Timeline) -> list[Row]:
    """Return what each packet says whose TLS records were decrypted, in order."""
    found, left = [], MOST_BYTES
    for number, (transit, _) in enumerate(timeline.transits):
        if transit.reading is None or not transit.reading.opened:
            continue
        opened = transit.reading.opened
        left -= sum(len(each.content) for each in opened)
        found.append(
            Row(
                number,
                timeline.ms(transit.time_ns, 3),
                harmless(transit.sender),
                harmless(transit.receiver or "all"),
                _told(opened, short=left < 0),
            )
        )
    return found


def _told(opened: tuple[Opened, ...], *, short: bool) -> str:
    """Return what records say, those of data as text where they are text."""
    parts: list[str] = []
    for is_data, several in groupby(opened, lambda each: each.is_data and not each.problem):
        if is_data:
            parts.append(_text(b"".join(each.content for each in several), short=short))
        else:
            words = ", ".join(each.words or "a part of a message" for each in several)
            parts.append(f"[TLS: {words}]")
    return "\n".join(parts)[:MOST_TEXT]


def _text(data: bytes, *, short: bool) -> str:
    text = data.decode("utf-8", "replace")
    plain = sum(each.isprintable() or each in "\r\n\t" for each in text if each != "\ufffd")
    if short or plain < READABLE * len(text):
        return f"[{len(data)} bytes of data]"
    return "\n".join(harmless(line) for line in text.replace("\r\n", "\n").split("\n")).rstrip("\n")
