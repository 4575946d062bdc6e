"""Count the bytes that each client sends, and tell it how many came."""

import socket

with socket.create_server(("", 15050), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, _ = listener.accept()
        with connection:
            length = int(connection.recv(6))
            count = 0
            while count < length and (chunk := connection.recv(65536)):
                count += len(chunk)
            connection.sendall(f"{count} bytes came".encode())
            print(count, "bytes came")
