"""Open the door to every client, and close it again at once."""

import socket

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        listener.accept()[0].close()
