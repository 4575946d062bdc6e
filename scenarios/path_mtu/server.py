"""Receive the bytes of each client, and tell it how many came, and the last ones."""

import socket
import sys

with socket.create_server(("", 15050), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, _ = listener.accept()
        with connection:
            length = int(connection.recv(6))
            data = b""
            while len(data) < length and (chunk := connection.recv(65536)):
                data += chunk
            came = f"{len(data)} bytes that end with {data[-6:].decode()}"
            print(came)
            connection.sendall(f"{sys.argv[1]} has {came}".encode())
