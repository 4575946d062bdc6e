import os
import socket
import sys

from protocol import *

filename = "poem.txt"
filesize = os.path.getsize(filename)

s = socket.socket()
print(f"[+] Connecting to {sys.argv[1]}:5001")
s.connect((sys.argv[1], 5001))
print("[+] Connected.")
s.send(f"{filename}{SEPARATOR}{filesize}\n".encode())
sent = 0
with open(filename, "rb") as f:
    while True:
        data = f.read(BUFFER)
        if not data:
            break
        s.sendall(data)
        sent += len(data)
        progress(sent, filesize)
print()
s.close()
