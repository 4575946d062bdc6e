"""Call the greeting server and print what it says, until it has nothing more to say."""

import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])

with socket.create_connection((host, port)) as s, s.makefile("rb") as answer:
    print(answer.read().decode("ascii").rstrip() or "nothing")
