"""Knock at a port: say what was heard behind it, or why it did not open, and how long that took."""

import socket
import sys
import time

host, port, deadline_scale = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])

began = time.monotonic()
try:
    with socket.create_connection((host, port), timeout=deadline_scale) as connection:
        answer = f"heard {connection.recv(1024).decode()}"
except OSError as error:
    answer = f"{type(error).__name__}: {error}"
print(f"{answer} (after {time.monotonic() - began:.3f} s)")
