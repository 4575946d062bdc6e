"""Accept one client, take one byte, send one byte back, and close when the client has closed."""

import socket

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    question = connection.recv(1)
    print(f"heard {question}")
    connection.sendall(question.upper())
    print(f"heard {connection.recv(1)}")  # empty bytes: the client has closed its side
