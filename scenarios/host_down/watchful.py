"""Wait for a word that never comes, and have the kernel ask now and then if anybody is there."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15040)) as connection:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)  # s of silence before it asks
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)  # s between two questions
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)  # questions without an answer
    print("connected")
    try:
        connection.recv(1024)
    except OSError as error:
        print(f"{type(error).__name__}: {error}")
