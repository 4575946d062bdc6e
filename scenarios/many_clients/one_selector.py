"""Greet clients by name, all in one thread: a selector tells which socket has something to read."""

import contextlib
import selectors
import socket
import sys


def welcome(listener):
    connection, _ = listener.accept()
    with contextlib.suppress(ConnectionError):  # it hung up
        connection.sendall(b"Who are you?\n")
    selector.register(connection, selectors.EVENT_READ, greet)


def greet(connection):
    selector.unregister(connection)
    with connection, contextlib.suppress(ConnectionError):
        name = connection.recv(1024)
        print(f"greeted {name.decode()}", end="")
        connection.sendall(sys.argv[1].encode() + b" greets " + name)


selector = selectors.DefaultSelector()
with socket.create_server(("", 15032), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    selector.register(listener, selectors.EVENT_READ, welcome)
    while True:
        for key, _ in selector.select():
            key.data(key.fileobj)  # welcome or greet: what to do when this socket can be read
