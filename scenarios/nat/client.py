"""Say what address this host has, and what address the server sees."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15020), timeout=5) as connection:
    print("I am", connection.getsockname()[0])
    print(connection.recv(1024).decode())
