"""Connect, send one byte, receive one byte, and close."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.sendall(b"a")
    print(f"heard {connection.recv(1)}")
