"""Greet a host, and print what it answers."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000), timeout=5) as connection:
    connection.sendall(f"Hello from {sys.argv[2]}".encode())
    print(connection.recv(1024).decode())
