"""Open the door to every client, say a word, and close it again at once."""

import socket
import sys

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, address = listener.accept()
        with connection:
            connection.sendall(sys.argv[1].encode())
