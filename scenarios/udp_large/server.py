"""Receive one datagram of any size, and print its length and a digest of its bytes."""

import hashlib
import socket

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # hear IPv4 as well
    server.bind(("", 15006))
    message, sender = server.recvfrom(65535)
    print(f"received {len(message)} bytes, digest {hashlib.sha256(message).hexdigest()[:8]}")
