"""Use sendto and recvfrom on a connection, a common mistake, with a wrong port."""

import socket
import sys

with socket.create_connection((sys.argv[1], 80)) as s:
    s.sendto(b"HEAD /numbers.txt HTTP/1.0\r\n\r\n", (sys.argv[1], 9))  # nobody is at port 9
    answer, sender = s.recvfrom(1024)
    print(f"{answer.decode().splitlines()[0]} from {sender}")
