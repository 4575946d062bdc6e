"""Take one client's bytes in pieces of a given size, whatever pieces they were sent in."""

import socket
import sys

port, size = int(sys.argv[1]), int(sys.argv[2])

with socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    # MSG_WAITALL: wait until there are as many; only at the end there may be fewer.
    while piece := connection.recv(size, socket.MSG_WAITALL):
        print(piece)
