"""Connect, send a word, receive the answer, and close."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.sendall(sys.argv[2].encode())
    print(f"heard {connection.recv(1024)}")
