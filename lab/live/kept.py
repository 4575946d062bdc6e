"""What the live page can be asked for later: each drawn packet, and captures of all that crossed.

Both are bounded: of packets the last ones, of captures the last megabytes of each host, on disk.
"""

from __future__ import annotations

import os
import threading
from base64 import b64encode
from collections import OrderedDict
from tempfile import TemporaryFile
from typing import IO, Any

from lab.live.frames import Frame
from lab.live.item import Item
from lab.story.page.field_words import purposes
from lab.story.page.packets import Shapes, taken_apart
from lab.story.text import harmless
from lab.wire.packet import Packet
from lab.wire.pcap import encode, record_head

MOST_ITEMS = 5_000
MOST_BYTES = 32 << 20
"""Bytes of the packets of the items that are kept."""

MOST_OF_CAPTURE = 16 << 20
"""Bytes of a capture after which a new one is begun; the one before it is kept as well."""


class Items:
    """The last items: what the page was told of each, and the packet of those that are packets."""

    def __init__(self) -> None:
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._bytes = 0

    def keep(self, item: Item) -> None:
        """Keep an item, instead of what was kept under its number."""
        before = self._items.pop(item.number, None)
        self._bytes += _size(item) - (_size(before) if before else 0)
        self._items[item.number] = item
        while len(self._items) > MOST_ITEMS or self._bytes > MOST_BYTES:
            _, oldest = self._items.popitem(last=False)
            self._bytes -= _size(oldest)

    def last(self, most: int) -> list[dict[str, Any]]:
        """Return what was told of the last items, in order of their numbers."""
        return [self._items[each].told for each in sorted(self._items)[-most:]]

    def taken_apart(self, number: int) -> dict[str, Any] | None:
        """Return a packet's bytes, headers and problems for the panel; None where it is not kept.

        Headers are as :func:`lab.story.page.packets.anatomy` has them.
        """
        item = self._items.get(number)
        if item is None or item.transit is None:
            return None
        packet: Packet = item.transit.packet
        shapes = Shapes()
        headers = [taken_apart(header, shapes) for header in packet.headers]
        return {
            "bytes": b64encode(packet.data).decode("ascii"),
            "headers": headers,
            "shapes": shapes.known,
            "problems": [harmless(each.what) for each in packet.problems],
            "purposes": purposes(shapes.known),
        }

    def clear(self) -> None:
        """Forget all."""
        self._items.clear()
        self._bytes = 0


def _size(item: Item) -> int:
    return len(item.transit.packet.data) if item.transit else 0


class Captures:
    """Everything that crossed at each host, in files without a name: they end with the process."""

    def __init__(self) -> None:
        self._files: dict[str, list[tuple[IO[bytes], int]]] = {}
        self._lock = threading.Lock()
        self.forgotten: dict[str, int] = {}
        """How many packets of each host are no longer there."""

    def add(self, host: str, frames: list[Frame]) -> None:
        """Append frames to a host's capture; raises OSError where the disk is full."""
        content = b"".join(
            record_head(each.time_ns, each.wire_length, each.data) + each.data for each in frames
        )
        with self._lock:
            files = self._files.setdefault(host, [])
            if not files or files[-1][0].tell() > MOST_OF_CAPTURE:
                files.append((TemporaryFile(buffering=0), 0))  # noqa: SIM115 - it is kept open
            if len(files) > 2:
                oldest, count = files.pop(0)
                oldest.close()
                self.forgotten[host] = self.forgotten.get(host, 0) + count
            file, count = files[-1]
            file.write(content)
            files[-1] = file, count + len(frames)

    def read(self, host: str) -> bytes | None:
        """Return a host's capture as a file that Wireshark opens; None where there is none."""
        with self._lock:
            if host not in self._files:
                return None
            sizes = [(file, file.tell()) for file, _ in self._files[host]]
            parts = [os.pread(file.fileno(), size, 0) for file, size in sizes]
        return b"".join((encode([]), *parts))

    def close(self) -> None:
        """Give the files up."""
        with self._lock:
            for files in self._files.values():
                for file, _ in files:
                    file.close()
            self._files.clear()
