"""Receive numbered messages until none comes for a while, and say which came and in what order."""

import socket

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("", 15031))
    numbers = []
    try:
        while True:
            numbers.append(int(s.recv(100)))
            s.settimeout(0.5)
    except TimeoutError:
        pass
print(len(numbers), "messages came,", "in order" if numbers == sorted(numbers) else "out of order")
print("missing:", *sorted(set(range(1, 1001)) - set(numbers)))
