"""Answer each line: a word of its own, and the line."""

import socket
import sys

with socket.create_server(("", 15010), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
    with connection, connection.makefile() as lines:
        for line in lines:
            connection.sendall(f"{sys.argv[1]} {line}".encode())
