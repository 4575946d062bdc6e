import socket, sys

print(socket.create_connection((sys.argv[1], 5021)).recv(100))
