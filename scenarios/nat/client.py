"""Say what address this host has, greet the server, and print what it answers."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15020), timeout=5) as connection:
    print("I am", connection.getsockname()[0])
    connection.sendall(sys.argv[2].encode())
    print(connection.makefile().read())  # until the server closes
