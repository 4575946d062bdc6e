"""Try to connect to an address, and say what comes of it."""

import socket
import sys

try:
    with socket.create_connection((sys.argv[1], 15020), timeout=1):
        print("connected")
except OSError as error:
    print(f"{type(error).__name__}: {error}")
