"""Ask with a misplaced parenthesis: 'utf8' goes to send, not to bytes."""

import socket
import sys

with socket.create_connection((sys.argv[1], 80)) as s:
    s.send(bytes("GET /numbers.txt HTTP/1.0\n\n"), "utf8")
    print(s.recv(1024))
