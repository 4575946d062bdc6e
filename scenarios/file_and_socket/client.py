"""Copy a file twice with the same loop: once from the disk, once from a socket; compare."""

import hashlib
import socket
import sys
import tempfile
from pathlib import Path

from copying import copy


def show(what, file):
    size = file.tell()
    file.seek(0)
    print(f"{what}: {size} bytes, SHA-256 {hashlib.file_digest(file, 'sha256').hexdigest()[:16]}")


squares = Path(__file__).with_name("squares.txt")
with squares.open("rb") as source, tempfile.TemporaryFile() as target:
    copy(source, target)
    show("from file to file", target)

with (
    socket.create_connection((sys.argv[1], 15050)) as connection,
    connection.makefile("rb") as source,
    tempfile.TemporaryFile() as target,
):
    copy(source, target)
    show("from socket to file", target)
