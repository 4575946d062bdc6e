"""Hear a client, and tell it the address that it comes from."""

import socket
import sys

with socket.create_server(("", 15020), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, (address, port, *_) = listener.accept()
    with connection:
        who = f"{connection.recv(1024).decode()} from {address.removeprefix('::ffff:')}"
        print("I hear", who)
        connection.sendall(f"{sys.argv[1]} hears {who}".encode())
