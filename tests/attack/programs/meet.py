"""What every hostile client does first, so that the innocent server has been met, and ends."""

from __future__ import annotations

import os
import socket
import sys


def meet() -> None:
    """Hear the server's greeting."""
    with socket.create_connection((sys.argv[1], 15000)) as connection:
        connection.recv(9)


def hide() -> None:
    """Leave the program's session and its pipes, as a daemon does."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
