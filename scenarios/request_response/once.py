"""HTTP/1.0 on plain sockets: a connection for each request, and its end is the answer's end."""

import socket
import sys

REQUESTS = (
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET /lie HTTP/1.0\r\n\r\n",
)

for request in REQUESTS:
    with socket.create_connection((sys.argv[1], 8080), timeout=2) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.decode().partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    print(status, *[line for line in headers if line.startswith("Content-Length")], sep=", ")
    print(f"{len(body)} bytes: {body!r}")
