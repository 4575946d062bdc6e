"""Send to the server as many megabytes as the second argument says."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.recv(9)
    for _ in range(int(sys.argv[2])):
        connection.sendall(bytes(1 << 20))
print("sent")
