import socket, sys

s = socket.create_connection((sys.argv[1], 7000))
for word in sys.stdin:
    s.sendall(word.encode())
s.sendall(b"<END>")
answer = b""
while not answer.endswith(b"<END>"):
    answer += s.recv(16)
print(answer[:-5].decode().strip())
