"""Join groups, then print each datagram until one says goodbye: listen.py CARD [GROUP ...]."""

import socket
import struct
import sys

number = socket.if_nametoindex(sys.argv[1])  # a group is joined on one network card

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as listener:
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # hear IPv4 as well
    for group in sys.argv[2:]:
        if ":" in group:
            wish = struct.pack("16si", socket.inet_pton(socket.AF_INET6, group), number)
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, wish)
        else:
            wish = struct.pack("4s4si", socket.inet_aton(group), bytes(4), number)
            listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, wish)
    listener.bind(("", 15007))
    message = b""
    while not message.startswith(b"Goodbye"):
        message, _ = listener.recvfrom(1024)
        print(message.decode())
