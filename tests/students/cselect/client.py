import socket
s = socket.socket()
s.connect(("server", 8888))
s.send(b"Hello C")
print(s.recv(100))
