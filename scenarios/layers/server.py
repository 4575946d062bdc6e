"""Answer each greeting with another."""

import socket

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, (address, *_) = listener.accept()
    with connection:
        print("from", address.removeprefix("::ffff:"), ":", connection.recv(1024).decode())
        connection.sendall(b"Hello from far away")
