"""How to read a ladder: what each number in the annotated picture (reading.svg) stands beside."""

from __future__ import annotations

import re

_ROW = re.compile(r"^\| (\S[^|]*?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
_MARKS = re.compile(r"[`*]")

SIGNS = (
    ("time", "Milliseconds, counted from the first packet. Time runs downwards."),
    ("$ client.py", "A program is started on this host, with these arguments."),
    ("LISTEN", "The state that a socket is in from here on; in parentheses where it is inferred."),
    ("an arrow", "A packet crossed the wire. What it carries stands on the arrow."),
    ("ESTABLISHED", "A bar beside a life line: how long a socket is in a state."),
    ("a shaded part", "The handshake, the data or the goodbye of one TCP connection."),
    ("│ hello", "The program printed this line. :7 is the line of its source that did so."),
    ("✗ lost", "The packet was sent, and never seen at the other end."),
    ("retransmission", "The same bytes crossed before: their sender sends them again."),
    ("▸ 40 packets", "Packets of one kind, left out. Click to see them."),
    ("❶", "A thing to see: the lesson is about this packet or line."),
    ("a violet bar", "The program waits in a call, here in recv. Point at it to see which."),
)
"""What stands at each number of the picture, in order, and what it means."""

KEYS = (
    ("n, p", "the next packet, the one before"),
    ("↓, ↑", "the same, while an arrow has the focus"),
    ("Enter", "from an arrow into the panel"),
    ("Esc", "from the panel back to the arrow"),
    ("?", "this page's help"),
)
"""The keys of a page, and what each does."""


def rows(text: str) -> list[tuple[str, str, str]]:
    """Return the rows of a glossary in Markdown: a word, what it is, where that is defined."""
    return _ROW.findall(text.partition("|---")[2])


def glossary(text: str) -> list[tuple[str, ...]]:
    """Return the rows of a glossary without the marks of Markdown."""
    return [tuple(_MARKS.sub("", each) for each in row) for row in rows(text)]
