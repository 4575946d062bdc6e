"""Send six datagrams one right after the other, one of them empty, and wait for no answer."""

import socket
import sys

MESSAGES = (
    b"one",
    b"two two",
    b"three three three",
    b"",
    b"This is longer than ten bytes.",
    b"end",
)

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15005, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    for message in MESSAGES:
        sent = client.sendto(message, address)
        print(f"sent {sent} bytes")
