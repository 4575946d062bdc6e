"""Send each line that is typed, and print what comes back or what went wrong."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15040)) as connection:
    stream = connection.makefile("rw")
    print("connected")
    for line in sys.stdin:
        try:
            stream.write(line)
            stream.flush()
            print("back came:", stream.readline().strip())
        except OSError as error:
            sys.exit(f"{type(error).__name__}: {error}")
