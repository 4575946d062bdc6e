"""Take all memory: of its own, shared with a child, and in a file that has no name."""

import mmap
import os
import sys

from meet import meet

meet()
kind = sys.argv[2]
print("takes all", flush=True)
if kind == "file":
    file = os.memfd_create("large")
    while True:
        os.write(file, b"x" * (1 << 20))
flags = {"private": mmap.MAP_PRIVATE, "shared": mmap.MAP_SHARED}[kind]
held = []
while True:
    piece = mmap.mmap(-1, 8 << 20, flags=flags | mmap.MAP_ANONYMOUS)
    piece.write(b"x" * (8 << 20))
    held.append(piece)
