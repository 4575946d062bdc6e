"""Send some lines, say "that was all", and go on reading: print the sorted lines that come back."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15010)) as connection:
    connection.sendall("".join(f"{line}\n" for line in sys.argv[2:]).encode())
    connection.shutdown(socket.SHUT_WR)  # no more from us; what comes to us may still come
    with connection.makefile() as lines:
        for line in lines:
            print(line, end="")
