"""Say three words and wait for an answer; say so where the other side hangs up instead."""

import socket
import sys

with socket.create_connection((sys.argv[1], 15011)) as connection:
    connection.sendall(f"{sys.argv[2]} and more".encode())
    try:
        print("the answer:", connection.recv(1024))
    except ConnectionResetError as error:
        print(f"ConnectionResetError: {error}")
