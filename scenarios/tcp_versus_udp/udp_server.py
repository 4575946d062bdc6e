"""Receive numbered messages until none comes for a while, and say which came and in what order."""

import socket

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    # Room for all: the kernel drops what finds none while this program waits for its turn.
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 212992)
    s.bind(("", 15031))
    messages = []
    try:
        while True:
            messages.append(s.recv(100).decode().split())
            s.settimeout(2)
    except TimeoutError:
        pass
numbers = [int(number) for number, _ in messages]
print(len(numbers), "messages came,", "in order" if numbers == sorted(numbers) else "out of order")
print("they say:", *{word for _, word in messages})
print("missing:", *sorted(set(range(1, 501)) - set(numbers)))
