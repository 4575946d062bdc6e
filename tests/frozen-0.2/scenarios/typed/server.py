"""Keep one word, and answer it with another."""

import socket
import sys
from pathlib import Path

greeting = Path("greeting.txt").read_text().strip()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
    listener.bind(("", 15071))
    word, sender = listener.recvfrom(1024)
    Path("heard.txt").write_bytes(word)
    listener.sendto(f"{greeting}, {sys.argv[1]}".encode(), sender)
