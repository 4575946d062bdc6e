"""Connect to a server, speak first, then listen until it has nothing more to say."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.sendall(sys.argv[2].encode())
    # A stream has no message boundaries: only the length tells where the first answer ends.
    print(connection.recv(20, socket.MSG_WAITALL).decode())
    print(connection.recv(7, socket.MSG_WAITALL).decode())
    print(connection.recv(1024))  # empty bytes: the server has closed its side
