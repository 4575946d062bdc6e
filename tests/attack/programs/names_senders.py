"""An innocent server: it greets a client, and prints who sends it datagrams, up to the last."""

import socket

with (
    socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener,
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as wire,
):
    wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    wire.bind(("", 15001))
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"hello")
    data = b""
    while data != b"last":
        data, sender = wire.recvfrom(100)
        print(data.decode(), "of", sender[0].removeprefix("::ffff:"))
