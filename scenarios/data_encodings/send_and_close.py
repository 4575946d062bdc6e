"""Send a message, and end it by closing; then do so too early, as a program that crashes does."""

import socket
import sys

host, word = sys.argv[1:]

for message in (word, word[:3]):
    with socket.create_connection((host, 15082)) as connection:
        connection.sendall(message.encode())
