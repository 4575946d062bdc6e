"""Try one host's ports in turn, and say which of them can be reached."""

import socket
import sys

host, ports = sys.argv[1], [int(word) for word in sys.argv[2:]]

for port in ports:
    try:
        with socket.create_connection((host, port)) as connection:
            connection.recv(1)  # returns when the server has closed
            print(f"port {port}: reached")
    except ConnectionRefusedError:
        print(f"port {port}: refused")
