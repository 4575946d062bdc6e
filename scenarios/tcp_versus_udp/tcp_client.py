"""Send 500 numbered messages over one connection."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15030)) as connection:
    for number in range(1, 501):
        connection.sendall(f"{number:<52} {sys.argv[2]}\n".encode())
