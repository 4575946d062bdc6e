"""Send back whatever the client sends, until it has no more to say."""

import socket

with socket.create_server(("", 15070), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    while data := connection.recv(1024):
        connection.sendall(data)
print("the client is done")
