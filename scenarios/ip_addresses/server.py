"""Answer one datagram with the address that it came from."""

import socket

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
    # Hear IPv4 as well; the address of an IPv4 sender then begins with "::ffff:".
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("", 15030))
    question, sender = server.recvfrom(1024)
    address = sender[0].removeprefix("::ffff:")
    print(f"{address} asks: {question.decode()}")
    server.sendto(f"You are {address}".encode(), sender)
