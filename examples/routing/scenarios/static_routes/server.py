"""Answer each line of a client: say what was heard."""

import socket
import sys

with socket.create_server(("", 15090), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
with connection, connection.makefile() as lines:
    for line in lines:
        connection.sendall(f"{sys.argv[1]} heard {line}".encode())
