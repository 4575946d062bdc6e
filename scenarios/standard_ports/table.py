"""Look up which service a port is for: in a file that every system has, /etc/services."""

import socket
import sys

for port in map(int, sys.argv[1:]):
    try:
        print(port, socket.getservbyport(port, "tcp"))
    except OSError:
        print(port, "is nobody's")
