"""Answer each line of each client with the same line."""

import socket
import threading


def answer(connection):
    try:
        with connection, connection.makefile("rw") as stream:
            for line in stream:
                stream.write(line)
                stream.flush()
    except OSError as error:
        print(f"{type(error).__name__}: {error}")


with socket.create_server(("", 15040), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
