"""Accept one client and read nothing for a second; then read everything, and say what came."""

import hashlib
import socket
import time

with socket.create_server(("", 15040), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    # A small receive buffer, so that it is soon full; the connection inherits it.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    connection, address = listener.accept()

with connection:
    print("sleeping")
    time.sleep(1)
    print("reading")
    data = b""
    while block := connection.recv(65536):
        data += block
    print(f"received {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()[:16]}")
