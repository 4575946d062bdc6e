"""Try one host's ports in turn, and say which of them can be reached."""

import socket
import sys

host, word, *ports = sys.argv[1:]

for port in ports:
    try:
        with socket.create_connection((host, port)) as connection:
            connection.sendall(word.encode())
            print(f"port {port}: reached,", connection.recv(1024).decode())
            connection.recv(1)  # returns when the server has closed
    except ConnectionRefusedError:
        print(f"port {port}: refused")
