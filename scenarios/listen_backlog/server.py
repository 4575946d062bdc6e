"""Listen with a backlog, but let the callers wait in line; press Enter to begin to accept them."""

import socket
import sys

backlog, port = int(sys.argv[1]), int(sys.argv[2])

with socket.create_server(
    ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=backlog
) as listener:
    input()
    print("accepting")
    while True:
        connection, address = listener.accept()
        with connection:
            print("served", connection.recv(1024).decode())
