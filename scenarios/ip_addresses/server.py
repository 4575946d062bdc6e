"""Print one datagram and the address that it came from, and answer it: say what was heard."""

import socket
import sys

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
    # Hear IPv4 as well; the address of an IPv4 sender then begins with "::ffff:".
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("", 15030))
    message, sender = server.recvfrom(1024)
    print(f"{sender[0].removeprefix('::ffff:')} says: {message.decode()}")
    server.sendto(f"{sys.argv[1]} greets {message.decode()}".encode(), sender)
