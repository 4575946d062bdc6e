"""Open as many sockets as there may be, all bound or listening; print how many that were."""

import socket
import sys

from meet import meet

meet()
kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[sys.argv[2]]
held = []
try:
    for number in range(20_000):
        one = socket.socket(socket.AF_INET, kind)
        one.bind(("", 20_000 + number))
        if kind == socket.SOCK_STREAM:
            one.listen()
        held.append(one)
except OSError as error:
    print(error.strerror)
print(len(held))
