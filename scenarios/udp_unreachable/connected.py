"""The same from a connected socket: connect() sends nothing, but says whose errors are ours."""

import socket
import sys

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15002, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    client.settimeout(0.5)
    client.connect(address)
    sent = client.send(sys.argv[2].encode())
    print(f"sent {sent} bytes")
    try:
        print(client.recv(1024))
    except OSError as error:
        print(f"{type(error).__name__}: {error}")
