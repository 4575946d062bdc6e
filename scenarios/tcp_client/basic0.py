"""Fetch a file from a web server: ask once, receive in chunks until none comes, join them."""

import socket
import sys

host, path = sys.argv[1], sys.argv[2]
request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n"

with socket.create_connection((host, 80)) as s:
    s.sendall(bytes(request, "utf8"))
    chunks = []
    while chunk := s.recv(1024):  # empty bytes: the server has sent all it had
        chunks.append(chunk)

answer = b"".join(chunks)
head, _, body = answer.partition(b"\r\n\r\n")
print(head.decode().splitlines()[0])
print(f"{len(chunks)} chunks, {len(answer)} bytes: {len(head) + 4} of head, {len(body)} of body")
print(f"the last line: {body.decode().splitlines()[-1]}")
