"""Print without end: lines, one line, empty lines, bytes of any kind, or errors."""

import os
import sys

from meet import meet

meet()
WHAT = {
    "lines": (1, b"a line of no interest\n" * 100),
    "one line": (1, b"y" * 4096),
    "empty lines": (1, b"\n" * 4096),
    "bytes": (1, bytes(range(256)) * 16),
    "errors": (2, b"error: no\n" * 100),
}
stream, data = WHAT[sys.argv[2]]
while True:
    os.write(stream, data)
