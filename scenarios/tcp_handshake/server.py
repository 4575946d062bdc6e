"""Accept one client, take a word, answer in capitals, and close when the client has closed."""

import socket
import sys

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    question = connection.recv(1024)
    print(f"heard {question}")
    connection.sendall(sys.argv[1].encode() + b" " + question.upper())
    print(f"heard {connection.recv(1)}")  # empty bytes: the client has closed its side
