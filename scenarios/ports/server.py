"""Serve one service, under a name, on a port: server.py NAME PORT WORD."""

import socket
import sys
import threading

name, port, own = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def serve(connection, client):
    with connection:
        word = connection.recv(1024).decode()
        print(name, "serves", word, "at", (client[0].removeprefix("::ffff:"), client[1]))
        connection.sendall(f"{name} says {own} to {word} at port {client[1]}".encode())
        connection.recv(1)  # returns when the client hangs up


with socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, client = listener.accept()
        threading.Thread(target=serve, args=(connection, client), daemon=True).start()
