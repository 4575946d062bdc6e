"""Listen at one address of this host, and print from where each client reaches it."""

import socket
import sys

address, port, version, word = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
family = {"4": socket.AF_INET, "6": socket.AF_INET6}[version]

with socket.create_server((address, port), family=family) as listener:
    print("bound to", listener.getsockname()[0])
    while True:
        connection, client = listener.accept()
        with connection:
            heard = connection.recv(1024).decode()
            print("reached from", client[0], "by", heard)
            connection.sendall(f"{word} hears {heard}".encode())
