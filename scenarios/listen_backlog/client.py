"""Call a server several times in a row, and say which calls got through."""

import socket
import sys

host, port, calls, word = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

connections = []  # kept, so that every call stays on the line
for number in range(1, calls + 1):
    try:
        connection = socket.create_connection((host, port), timeout=0.3)
    except TimeoutError:
        print(f"call {number}: timed out")
    else:
        connection.sendall(f"call {number} of {word}".encode())
        connections.append(connection)
        print(f"call {number}: connected")
