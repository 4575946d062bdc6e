"""Send a word, hear it again."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15070)) as connection:
    connection.sendall(b"hello")
    connection.shutdown(socket.SHUT_WR)
    print(connection.recv(1024).decode())
