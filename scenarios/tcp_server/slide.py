"""A greeting server with a common mistake: it sends text, but a socket carries bytes."""

import socket

with socket.create_server(("", 9001), family=socket.AF_INET6, dualstack_ipv6=True) as s:
    while True:
        c, a = s.accept()
        print("Received connection")
        c.send("Hello %s\n" % a[0])
        c.close()
