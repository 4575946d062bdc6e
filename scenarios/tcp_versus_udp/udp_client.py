"""Send 500 numbered messages, a datagram each."""

import socket
import sys
import time

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15031, type=socket.SOCK_DGRAM)[0]
with socket.socket(family, kind) as s:
    for number in range(1, 501):
        s.sendto(f"{number:<52} {sys.argv[2]}\n".encode(), address)
        if number % 50 == 0:
            time.sleep(0.01)  # no faster than the path: what is lost here, the network lost
