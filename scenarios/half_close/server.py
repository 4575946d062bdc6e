"""Sort a client's lines: hear all of them, down to the end of the stream, before answering."""

import socket
import sys

with socket.create_server(("", 15010), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    text = b""
    while data := connection.recv(1024):
        text += data
    lines = text.decode().splitlines()
    print(f"heard {lines}, then {data!r}")
    answer = [*sorted(lines), f"sorted by {sys.argv[1]}"]
    connection.sendall("".join(f"{line}\n" for line in answer).encode())
