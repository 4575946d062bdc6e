import os
import socket

from protocol import *

s = socket.socket()
s.bind(("0.0.0.0", 5001))
s.listen(5)
print("[*] Listening as 0.0.0.0:5001")
client_socket, address = s.accept()
print(f"[+] {address} is connected.")
f = client_socket.makefile("rb")
filename, filesize = f.readline().decode().strip().split(SEPARATOR)
filesize = int(filesize)
filename = "received_" + os.path.basename(filename)
got = 0
with open(filename, "wb") as out:
    while got < filesize:
        data = f.read(min(BUFFER, filesize - got))
        if not data:
            break
        out.write(data)
        got += len(data)
        progress(got, filesize)
print()
print("saved", filename, os.path.getsize(filename), "bytes")
