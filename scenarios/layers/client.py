"""Greet a host, and print what it answers."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000), timeout=5) as connection:
    connection.sendall(b"Hello over there")
    print(connection.recv(1024).decode())
