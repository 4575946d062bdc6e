"""Serve one service, under a name, on a port: server.py NAME PORT."""

import socket
import sys
import threading

name, port = sys.argv[1], int(sys.argv[2])


def serve(connection, client):
    with connection:
        connection.sendall(f"{name} says hello to port {client[1]}".encode())
        connection.recv(1)  # returns when the client hangs up


with socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, client = listener.accept()
        print(name, "serves", (client[0].removeprefix("::ffff:"), client[1]))
        threading.Thread(target=serve, args=(connection, client), daemon=True).start()
