"""Greet clients by name, each in a thread of its own, which may wait without holding up others."""

import socket
import sys
import threading


def greet(connection):
    with connection:
        connection.sendall(b"Who are you?\n")
        name = connection.recv(1024)
        print(f"greeted {name.decode()}", end="")
        connection.sendall(sys.argv[1].encode() + b" greets " + name)


with socket.create_server(("", 15031), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, address = listener.accept()
        threading.Thread(target=greet, args=[connection], daemon=True).start()
