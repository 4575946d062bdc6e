"""Send as fast as the network takes it, and say when it takes no more."""

import hashlib
import socket
import sys

DATA = "".join(f"{sys.argv[2]} {number}\n" for number in range(8_000)).encode()

with socket.create_connection((sys.argv[1], 15040)) as connection:
    # A small send buffer, too, or the kernel would take all of it and keep it for later.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    connection.settimeout(0.3)
    sent = 0
    try:
        while sent < len(DATA):
            sent += connection.send(DATA[sent : sent + 4096])
    except TimeoutError:
        print(f"stalled after {sent} bytes")
        connection.settimeout(None)
        connection.sendall(DATA[sent:])
    print(f"sent {len(DATA)} bytes, SHA-256 {hashlib.sha256(DATA).hexdigest()[:16]}")
