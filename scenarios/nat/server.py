"""Tell every client the address that it comes from."""

import socket

with socket.create_server(("", 15020), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, (address, port, *_) = listener.accept()
    with connection:
        print("connection from", address.removeprefix("::ffff:"))
        connection.sendall(f"You come from {address.removeprefix('::ffff:')}".encode())
