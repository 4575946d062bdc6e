"""Say a word to a host and port, print both ends of the connection, and hold it until Enter."""

import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3) as connection:
    print(connection.getsockname()[:2], "to", connection.getpeername()[:2])
    connection.sendall(sys.argv[3].encode())
    print(connection.recv(1024).decode())
    input("Enter hangs up\n")
