"""Send so many bytes that end with a word; wait three seconds at most for what the server says."""

import socket
import sys

host, length, word = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with socket.create_connection((host, 15050), timeout=3) as connection:
    print("connected")
    connection.sendall(f"{length:06}".encode())
    connection.sendall(word.rjust(length, ".").encode())
    try:
        print(connection.recv(1024).decode())
    except TimeoutError as error:
        print(f"TimeoutError: {error}")
