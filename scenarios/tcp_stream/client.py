"""Send seven short messages over one connection, each by a call of its own."""

import socket
import sys

WORDS = ["one", "two", "three", "four", "five", "six", "seven"]

host, port = sys.argv[1], int(sys.argv[2])

with socket.create_connection((host, port)) as connection:
    # Without this the kernel may wait a little and put several messages into one packet.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    messages = [f"{word}\n".encode() for word in WORDS]
    for message in messages:
        connection.sendall(message)

print(f"sent {sum(map(len, messages))} bytes in {len(messages)} messages")
