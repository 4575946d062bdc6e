"""Answer each line of each client: say what was heard."""

import socket
import sys
import threading


def answer(connection):
    try:
        with connection, connection.makefile() as lines:
            for line in lines:
                connection.sendall(f"{sys.argv[1]} heard {line}".encode())
    except OSError as error:
        print(f"{type(error).__name__}: {error}")


with socket.create_server(("", 15040), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
