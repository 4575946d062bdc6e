"""Send each line that is typed, over one connection, and print what comes back."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15090)) as connection:
    stream = connection.makefile("rw")
    print("connected")
    for line in sys.stdin:
        stream.write(line)
        stream.flush()
        print("back came:", stream.readline().strip())
