"""Send a datagram to a port where nobody listens, and wait half a second for an answer."""

import socket
import sys

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15002, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    client.settimeout(0.5)
    sent = client.sendto(sys.argv[2].encode(), address)
    print(f"sent {sent} bytes")
    try:
        print(client.recvfrom(1024))
    except OSError as error:
        print(f"{type(error).__name__}: {error}")
