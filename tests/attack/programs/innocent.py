"""An innocent client: it prints the greeting."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000)) as connection:
    print(connection.recv(100).decode())
