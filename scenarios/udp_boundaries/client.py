"""Send six datagrams one right after the other, one of them empty, and wait for no answer."""

import socket
import sys

host, one, two, three = sys.argv[1:]
MESSAGES = (one, f"{one} {two}", f"{one} {two} {three}", "", f"{three} and {two}", three)

family, kind, _, _, address = socket.getaddrinfo(host, 15005, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    for message in MESSAGES:
        sent = client.sendto(message.encode(), address)
        print(f"sent {sent} bytes")
