"""Send a file to one client: the socket looks like a file, so a copy loop is all it takes."""

import socket
from pathlib import Path

from copying import copy

with socket.create_server(("", 15050), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

squares = Path(__file__).with_name("squares.txt")
with connection, connection.makefile("wb") as target, squares.open("rb") as source:
    copy(source, target)
    print(f"copied {source.tell()} bytes from file to socket")
