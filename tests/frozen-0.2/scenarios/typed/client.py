"""Ask for a word, send it, print the answer."""

import socket
import sys

word = input("Word? ")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
    caller.sendto(word.encode(), (sys.argv[1], 15071))
    answer, _ = caller.recvfrom(1024)
print(answer.decode())
