"""Knock at ports that nobody serves."""

import socket
import sys

server, *ports = sys.argv[1:]
for port in ports:
    try:
        with socket.create_connection((server, port), timeout=5):
            print(port, "is served")
    except ConnectionRefusedError as error:
        print(port, error.strerror.lower())
