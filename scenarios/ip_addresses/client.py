"""Exchange a datagram with the server over whichever IP version its name leads to."""

import socket
import sys

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15030, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    client.settimeout(3)  # a datagram may be lost: never wait for ever
    client.sendto(sys.argv[2].encode(), address)
    answer, sender = client.recvfrom(1024)
    print(f"{sender[0]} says: {answer.decode()}")
