"""Send 1,000 numbered messages over one connection."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15030)) as connection:
    for number in range(1, 1001):
        connection.sendall(f"{number:<99}\n".encode())
