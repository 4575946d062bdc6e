"""Send short messages over one connection, each by a call of its own."""

import socket
import sys

host, port, *words = sys.argv[1:]
messages = [f"{word}\n".encode() for word in words]

with socket.create_connection((host, int(port))) as connection:
    # Without this the kernel may wait a little and put several messages into one packet.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    for message in messages:
        connection.sendall(message)

print(f"sent {sum(map(len, messages))} bytes in {len(messages)} messages")
