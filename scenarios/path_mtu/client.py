"""Send so many bytes, and print what the server says of them; wait a second for that at most."""

import socket
import sys

host, length = sys.argv[1], int(sys.argv[2])
with socket.create_connection((host, 15050), timeout=1) as connection:
    print("connected")
    connection.sendall(f"{length:06}".encode())
    connection.sendall(bytes(length))
    try:
        print(connection.recv(1024).decode())
    except TimeoutError as error:
        print(f"TimeoutError: {error}")
