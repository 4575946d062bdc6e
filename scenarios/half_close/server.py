"""Sort a client's lines: hear all of them, down to the end of the stream, before answering."""

import socket

with socket.create_server(("", 15010), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    text = b""
    while data := connection.recv(1024):
        text += data
    lines = text.splitlines(keepends=True)
    print(f"heard {len(lines)} lines, then {data!r}")
    connection.sendall(b"".join(sorted(lines)))
